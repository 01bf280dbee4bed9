/** What a sender says to a listener, as bytes, by the program's own writers: an association request and a C-STORE of a CT image. */
import { joinBytes } from "#core/bytes.ts";
import { ctImageStorage } from "#dicom/ct/write-ct.ts";
import { textElement } from "#dicom/dataset/dataset.ts";
import { fileHeader, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { writeAssociationRequest } from "#pacs/dimse/association.ts";
import { writeCommand } from "#pacs/dimse/command.ts";
import { writeFragments } from "#pacs/dimse/fragments.ts";
import { pduTypes, writePdu } from "#pacs/dimse/pdus.ts";

const implicitLittleEndian = "1.2.840.10008.1.2";

export const requestBytes = writePdu({
  type: pduTypes.associateRequest,
  body: writeAssociationRequest({
    calledAe: "DELINEATE",
    callingAe: "SCANNER",
    contexts: [{ id: 1, abstractSyntax: ctImageStorage, transferSyntaxes: [implicitLittleEndian] }],
  }),
});

/** A P-DATA-TF of one fragment. */
export function dataBytes(bytes: Uint8Array, { isCommand = false, isLast = true } = {}): Uint8Array {
  return joinBytes([...writeFragments({ contextId: 1, isCommand, isLast, bytes }, 60_000)].map(writePdu));
}

export function storeCommand(sopInstanceUid: string): Uint8Array {
  return writeCommand({
    affectedSopClass: ctImageStorage,
    field: 1,
    messageId: 7,
    priority: 0,
    dataSetType: 1,
    affectedSopInstance: sopInstanceUid,
  });
}

export const releaseBytes = writePdu({ type: pduTypes.releaseRequest, body: new Uint8Array(4) });

/** An instance of a series of its own, without a place: nothing that a case could be made of. */
export function instanceBytes(sopInstanceUid: string): Uint8Array {
  const file = writeDicomFile(
    new Map([
      [tags.SOPClassUID, textElement("UI", ctImageStorage)],
      [tags.SOPInstanceUID, textElement("UI", sopInstanceUid)],
      [tags.Modality, textElement("CS", "CT")],
      [tags.SeriesInstanceUID, textElement("UI", `${sopInstanceUid}.1`)],
      [tags.PixelData, { vr: "OW", bytes: new Uint8Array(4000) }],
    ]),
    implicitLittleEndian,
  );
  const header = fileHeader({
    sopClassUid: ctImageStorage,
    sopInstanceUid,
    transferSyntaxUid: implicitLittleEndian,
  });
  return file.subarray(header.length);
}
