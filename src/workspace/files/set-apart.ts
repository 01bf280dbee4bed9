/**
 * Instances that came over the DICOM network and are kept though the workspace did not take them: below its data folder, by Series
 * Instance UID (pacs/listener/spool.ts). They go with the case of their series; structure sets that cannot be read, of which the
 * study alone is known, with the last case of it.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isUid } from "#dicom/dataset/uid.ts";

export const spoolFolder = "spool";
/** What waits for its series to be complete, or for its CT. */
export const waitingFolder = "series";
/** What came in addition to, or other than, what was taken; what was no volume; and, by Study Instance UID, unreadable sets. */
export const setApartFolders = { apart: "apart", refused: "refused", unreadable: "unreadable" } as const;

export async function removeSetApart(dataFolder: string, seriesUid: string): Promise<void> {
  const { apart, refused } = setApartFolders;
  for (const name of [apart, refused]) await removeBelow(dataFolder, name, seriesUid);
}

/** Of a study that has no case any more. */
export async function removeUnreadable(dataFolder: string, studyUid: string): Promise<void> {
  await removeBelow(dataFolder, setApartFolders.unreadable, studyUid);
}

/** Nothing for a text that is no UID: what came over the network has one. An upload takes any text, and "../.." is another folder. */
async function removeBelow(dataFolder: string, name: string, uid: string): Promise<void> {
  if (isUid(uid)) await rm(join(dataFolder, spoolFolder, name, uid), { recursive: true, force: true });
}
