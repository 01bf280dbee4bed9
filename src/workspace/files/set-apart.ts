/**
 * Instances that came over the DICOM network and are kept though the workspace did not take them: below its data folder, by Series
 * Instance UID (pacs/listener/spool.ts). They go with the case of their series.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";

export const spoolFolder = "spool";
/** What came in addition to, or other than, what was taken; and what was no volume. */
export const setApartFolders = { apart: "apart", refused: "refused" } as const;

/** A UID as PS3.5 9.1 has it. An upload takes any text for one: "../.." would be another folder. */
const uid = /^[0-9][0-9.]{0,63}$/;

/** Nothing for a text that is no UID: what came over the network has one, and its folder no other name. */
export async function removeSetApart(dataFolder: string, seriesUid: string): Promise<void> {
  if (!uid.test(seriesUid)) return;
  for (const name of Object.values(setApartFolders))
    await rm(join(dataFolder, spoolFolder, name, seriesUid), { recursive: true, force: true });
}
