/**
 * C-FIND at a peer by the study root model (DICOM PS3.4 C.4.1, C.6.2.1; PS3.7 9.1.2): studies by their keys, then the series of each,
 * since not every PACS finds series by what belongs to their study.
 */
import { type DataSet, number, text } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import type { FoundSeries, SeriesQuery } from "#pacs/found-series.ts";
import { ProtocolFault } from "./byte-reader.ts";
import { commandFields, mediumPriority, statuses } from "./command.ts";
import { identifierSyntax, type Keys, readIdentifier, writeIdentifier } from "./identifier.ts";
import type { Messages } from "./messages.ts";
import { answerTo, type Peer, statusWords, withAssociation } from "./request-association.ts";

const studyRootFind = "1.2.840.10008.5.1.4.1.2.2.1";
const context = { id: 1, abstractSyntax: studyRootFind, transferSyntaxes: [identifierSyntax] };

/** More is a question that was asked too widely, or a peer without an end. */
const mostAnswers = 500;

/** At most 500 studies. Throws `peer-failed`, `invalid-value`. */
export async function findSeries(peer: Peer, callingAe: string, query: SeriesQuery): Promise<FoundSeries[]> {
  return withAssociation(peer, { callingAe, context }, async (messages) => {
    let messageId = 0;
    const find = (keys: Keys): Promise<DataSet[]> => answersTo(messages, ++messageId, keys);
    const studies = await find({
      QueryRetrieveLevel: "STUDY",
      StudyInstanceUID: "",
      StudyDate: "",
      PatientID: "",
      AccessionNumber: "",
      ...query,
    });
    const foundSeries: FoundSeries[] = [];
    for (const study of studies) {
      const studyInstanceUid = text(study, tags.StudyInstanceUID);
      if (studyInstanceUid === undefined) throw new ProtocolFault("it found a study without a UID");
      const series = await find({
        QueryRetrieveLevel: "SERIES",
        StudyInstanceUID: studyInstanceUid,
        SeriesInstanceUID: "",
        Modality: "",
        SeriesDescription: "",
        NumberOfSeriesRelatedInstances: "",
      });
      foundSeries.push(
        ...series.map((match) => ({
          patientId: text(study, tags.PatientID) ?? "",
          studyInstanceUid,
          studyDate: text(study, tags.StudyDate) ?? "",
          seriesInstanceUid: text(match, tags.SeriesInstanceUID) ?? "",
          modality: text(match, tags.Modality) ?? "",
          description: text(match, tags.SeriesDescription) ?? "",
          instances: number(match, tags.NumberOfSeriesRelatedInstances),
        })),
      );
    }
    return foundSeries;
  });
}

async function answersTo(messages: Messages, messageId: number, keys: Keys): Promise<DataSet[]> {
  await messages.send(
    context.id,
    { affectedSopClass: studyRootFind, field: commandFields.find, messageId, priority: mediumPriority },
    writeIdentifier(keys),
  );
  const matches: DataSet[] = [];
  for (;;) {
    const { status, data } = answerTo(commandFields.find, await messages.next());
    const identifier = data && (await readIdentifier(data));
    if (status === statuses.success) return matches;
    if (status !== statuses.pending && status !== statuses.pendingWithoutKeys)
      throw new ProtocolFault(statusWords(status));
    if (identifier === undefined) throw new ProtocolFault("it found something and does not say what");
    if (matches.length === mostAnswers)
      throw new ProtocolFault(`it found more than ${mostAnswers}: ask for less, such as one day`);
    matches.push(identifier);
  }
}
