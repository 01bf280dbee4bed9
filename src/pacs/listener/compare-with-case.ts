/** What was sent again, or too late, against what a case was made of: the same bytes are nothing new, anything else is a finding. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { digestInstance, instancesOf } from "#patients/instance-file.ts";
import { caseRow } from "#workspace/records/case-rows.ts";
import { addFindings } from "#workspace/records/cases.ts";
import type { Workspace } from "#workspace/workspace.ts";
import type { Spool, SpooledFile } from "./spool.ts";

/** Where it is not known which of them came first. */
export const apartSentence =
  "Images of this CT were sent a second time with other contents: one of the two is used, the other is kept apart. Compare with the PACS before signing.";
const changedSentence =
  "Images of this CT were sent a second time with other contents: what came first is used, the others are kept apart. Compare with the PACS before signing; if the others are right, remove this patient and send the series again.";
const lateSentence =
  "More images of this CT arrived after it was taken and are not part of it: it may lack slices. Compare with the PACS; if they belong to it, remove this patient and send the series again.";
const changedSetSentence =
  "A structure set of this CT was sent a second time with other contents: what came first is used, the other is kept apart. Compare with the PACS before signing.";

type Sent = {
  readonly caseId: string;
  readonly seriesUid: string;
  readonly files: readonly SpooledFile[];
  /** Slices of the case's own series; else structure sets on it. */
  readonly isCt: boolean;
};

/** Gives the structure sets that the case does not have; of a CT none, since it is read once. All others leave the spool. */
export async function compareWithCase(
  { workspace, spool }: { readonly workspace: Workspace; readonly spool: Spool },
  { caseId, seriesUid, files, isCt }: Sent,
): Promise<SpooledFile[]> {
  const { dicom, maskFiles } = workspace.folderOf(caseId);
  // What is set apart goes with its patient: under the series of the CT, structure sets as well.
  const { series_uid: ctSeriesUid, findings: told } = await caseRow(workspace.db, caseId);
  const place = isCt ? dicom : maskFiles;
  await workspace.files.stage(caseId, place);
  const caseInstances = await instancesOf(await pathsIn(place));
  const fresh: SpooledFile[] = [];
  const changedFiles: { readonly file: SpooledFile; readonly digest: string }[] = [];
  const findings = new Set<string>();
  const waited = isCt || seriesUid === ctSeriesUid ? [] : await spool.apartOf(seriesUid, files);
  if (waited.length > 0) findings.add(changedSetSentence);
  // What came under a UID while another content of it waited was set apart then, and nobody may have been told.
  const instances = Array.from(caseInstances.keys(), (sopInstanceUid) => ({ sopInstanceUid }));
  if (isCt && !told.includes(changedSentence) && (await spool.apartOf(seriesUid, instances)).length > 0)
    findings.add(apartSentence);
  for (const file of files) {
    const before = caseInstances.get(file.sopInstanceUid);
    if (before === undefined && !isCt) {
      fresh.push(file);
      continue;
    }
    const digest = await digestInstance(file.path);
    if (before !== undefined && (await before.digest()) === digest) continue;
    findings.add(before === undefined ? lateSentence : isCt ? changedSentence : changedSetSentence);
    changedFiles.push({ file, digest });
  }
  // Said before it is done: killed in between, both are done again.
  if (findings.size > 0) await addFindings(workspace, caseId, [...findings]);
  for (const { file, digest } of [...changedFiles, ...waited])
    await spool.setApart(ctSeriesUid, file, digest);
  await spool.forget(files.filter((file) => !fresh.includes(file)));
  return fresh;
}

/** Of what is a file there. */
async function pathsIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
}
