/**
 * Instances that came over the DICOM network and are kept though the workspace did not take them: below its data folder, by Series
 * Instance UID (pacs/listener/spool.ts). They go with the case of their series.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isUid } from "#dicom/dataset/uid.ts";

export const spoolFolder = "spool";
/** What waits for its series to be complete, or for its CT. */
export const waitingFolder = "series";
/** What came in addition to, or other than, what was taken; and what was no volume. */
export const setApartFolders = { apart: "apart", refused: "refused" } as const;

/** Nothing for a text that is no UID: what came over the network has one. An upload takes any text, and "../.." is another folder. */
export async function removeSetApart(dataFolder: string, seriesUid: string): Promise<void> {
  if (!isUid(seriesUid)) return;
  for (const name of Object.values(setApartFolders))
    await rm(join(dataFolder, spoolFolder, name, seriesUid), { recursive: true, force: true });
}
