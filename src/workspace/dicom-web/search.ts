/**
 * Searching the workspace (QIDO-RS, PS3.18 10.6): studies, series and instances with the attributes of tables 10.6.3-3 to 10.6.3-5, the
 * newest study first. A study is all CTs here of one Study Instance UID with what was drawn on them.
 */

import { type Keyword, tags } from "#dicom/dictionary.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { type JsonDataSet, type JsonElement, toJson } from "./dicom-json.ts";
import { matches, type Query } from "./query.ts";
import { readAttributes } from "./read-attributes.ts";
import type { Library, StoredInstance } from "./stored-instances.ts";

export type Level = "study" | "series" | "instance";

/** Of one study or series alone, where a path says so. */
type Scope = { readonly study?: string | undefined; readonly series?: string | undefined };

export type Searching = {
  readonly workspace: Pick<Workspace, "db">;
  readonly library: Library;
  /** The address of the DICOMweb service, as whoever asks sees it. */
  readonly root: string;
};

type SearchResult = {
  readonly results: readonly JsonDataSet[];
  /** There is more than was answered. */
  readonly more: boolean;
};

const copied: Readonly<Record<Level, readonly Keyword[]>> = {
  study: [
    ...(["StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName", "PatientName"] as const),
    ...(["PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyID"] as const),
    "StudyDescription",
  ],
  series: [
    ...(["Modality", "SeriesDescription", "SeriesInstanceUID", "SeriesNumber"] as const),
    ...(["SeriesDate", "SeriesTime", "RequestAttributesSequence"] as const),
  ],
  instance: [
    ...(["SOPClassUID", "SOPInstanceUID", "InstanceNumber", "Rows", "Columns", "BitsAllocated"] as const),
    ...(["NumberOfFrames", "StructureSetLabel"] as const),
  ],
};
const levels = ["study", "series", "instance"] as const;

/** Of a level those above are told too, where the path does not name them (PS3.18 10.6.3.3.2). */
function toldLevels(level: Level, { study, series }: Scope): readonly Level[] {
  const named = series !== undefined ? 2 : study !== undefined ? 1 : 0;
  return levels.slice(Math.min(named, levels.indexOf(level)), levels.indexOf(level) + 1);
}

export async function search(
  searching: Searching,
  { level, scope, query }: { readonly level: Level; readonly scope: Scope; readonly query: Query },
): Promise<SearchResult> {
  const results: JsonDataSet[] = [];
  let toPass = query.offset;
  for (const [study, caseIds] of await studiesLike(searching, scope, query)) {
    const instances = await instancesOf(searching.library, { study, caseIds });
    for (const candidate of candidatesOf(instances, level, scope)) {
      await searching.library.stage([candidate.instance]);
      const attributes = await attributesOf(candidate, instances, { root: searching.root, query });
      if (!matches(query, attributes, { strict: true })) continue;
      if (toPass-- > 0) continue;
      if (results.length === query.limit) return { results, more: true };
      results.push(pick(attributes, toldLevels(level, scope), query));
    }
  }
  return { results, more: false };
}

/** Cases by study, the newest first, of which the records do not say that they do not match. */
async function studiesLike(
  { workspace: { db } }: Searching,
  { study }: Scope,
  query: Query,
): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom("cases")
    .select(["id", "study_uid", "patient_id", "study_date"])
    .$if(study !== undefined, (cases) => cases.where("study_uid", "=", study ?? ""))
    .orderBy("received_at", "desc")
    .execute();
  const studies = new Map<string, string[]>();
  for (const row of rows) {
    const known = {
      [tags.StudyInstanceUID]: { vr: "UI", Value: [row.study_uid] },
      [tags.PatientID]: { vr: "LO", Value: [row.patient_id] },
      [tags.StudyDate]: { vr: "DA", Value: [row.study_date.replaceAll("-", "")] },
    };
    if (row.study_uid === "" || !matches(query, known, { strict: false })) continue;
    const others = studies.get(row.study_uid) ?? [];
    studies.set(row.study_uid, [...others, row.id]);
  }
  return studies;
}

/** Of a study, its CTs first. */
export async function instancesOf(
  library: Library,
  { study, caseIds }: { readonly study: string; readonly caseIds: readonly string[] },
): Promise<StoredInstance[]> {
  const instances: StoredInstance[] = [];
  for (const caseId of caseIds) instances.push(...(await library.instancesOf(caseId, study)));
  return instances;
}

type Candidate = { readonly level: Level; readonly instance: StoredInstance };

/** One instance of each study or series, or each instance. */
function candidatesOf(instances: readonly StoredInstance[], level: Level, { series }: Scope): Candidate[] {
  const within =
    series === undefined ? instances : instances.filter((instance) => instance.series === series);
  const key = { study: "study", series: "series", instance: "instance" } as const;
  const first = new Map(within.toReversed().map((instance) => [instance[key[level]], instance]));
  return [...first.values()].reverse().map((instance) => ({ level, instance }));
}

async function attributesOf(
  { level, instance }: Candidate,
  all: readonly StoredInstance[],
  { root, query }: { readonly root: string; readonly query: Query },
): Promise<JsonDataSet> {
  const wanted = levels.flatMap((anyLevel) => copied[anyLevel].map((keyword): string => tags[keyword]));
  const only = new Set([...wanted, ...query.fields, ...query.match.keys()]);
  const { dataSet } = await readAttributes(instance.path, instance.isCt);
  const ownTags = query.all
    ? new Set([...only, ...[...dataSet].flatMap(([tag, { items }]) => (items === undefined ? [tag] : []))])
    : only;
  const header = toJson(dataSet, { only: ownTags, bulkUriOf: () => addressOf(root, instance) });
  const ofSeries = all.filter(({ series }) => series === instance.series);
  return {
    ...header,
    ...element("InstanceAvailability", "CS", ["ONLINE"]),
    ...element("ModalitiesInStudy", "CS", [...new Set(all.map(({ modality }) => modality))]),
    ...element("NumberOfStudyRelatedSeries", "IS", [new Set(all.map(({ series }) => series)).size]),
    ...element("NumberOfStudyRelatedInstances", "IS", [all.length]),
    ...element("NumberOfSeriesRelatedInstances", "IS", [ofSeries.length]),
    ...element("AvailableTransferSyntaxUID", "UI", [instance.transferSyntax]),
    ...element("RetrieveURL", "UR", [addressOf(root, instance, level)]),
  };
}

/** Of an instance, or of its series or study. */
export function addressOf(
  root: string,
  { study, series, instance }: Pick<StoredInstance, Level>,
  level: Level = "instance",
): string {
  const parts = [`${root}/studies/${study}`, `/series/${series}`, `/instances/${instance}`];
  return parts.slice(0, levels.indexOf(level) + 1).join("");
}

/** Computed here, by the level that they are told at. */
const computed: Readonly<Record<Level, readonly Keyword[]>> = {
  study: ["ModalitiesInStudy", "NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances"],
  series: ["NumberOfSeriesRelatedInstances"],
  instance: ["AvailableTransferSyntaxUID"],
};
const always: readonly Keyword[] = ["SpecificCharacterSet", "InstanceAvailability", "RetrieveURL"];

/** What is told at these levels and what was asked for, in the order of the tags; what is empty is told as such. */
function pick(attributes: JsonDataSet, shownLevels: readonly Level[], query: Query): JsonDataSet {
  const keywords = [...always, ...shownLevels.flatMap((level) => [...copied[level], ...computed[level]])];
  const wantedTags = new Set<string>([
    ...keywords.map((keyword) => tags[keyword]),
    ...query.fields,
    ...query.match.keys(),
    ...(query.all ? Object.keys(attributes) : []),
  ]);
  const presentTags = [...wantedTags].sort().filter((tag) => attributes[tag] !== undefined);
  return Object.fromEntries(presentTags.map((tag) => [tag, attributes[tag]]));
}

function element(keyword: Keyword, vr: string, values: NonNullable<JsonElement["Value"]>): JsonDataSet {
  return { [tags[keyword]]: { vr, Value: values } };
}
