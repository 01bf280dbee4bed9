/** A signed version's files to the person's disk. */
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { saveFile } from "../save-file.ts";
import { call, fetchFile, fillPath } from "./api.ts";

/**
 * Its RTSTRUCT. Says first that it goes out, then fetches it: fetching alone changes nothing. Not by its address, where what the
 * server has against it would come in place of the page and of what is drawn there. Rejects with `RequestError`.
 */
export async function downloadVersion(caseId: string, versionNumber: number): Promise<void> {
  const version = { caseId, number: String(versionNumber) };
  await call("exportVersion", version, {});
  const { content, name } = await fetchFile(fillPath(byteRoutes.rtstruct, version), "GET");
  saveFile(content, name);
}

/** CT and structure set without what tells whose they are, as a zip. Rejects with `RequestError`. */
export async function downloadDeidentified(caseId: string, versionNumber: number): Promise<void> {
  const path = fillPath(byteRoutes.deidentified, { caseId, number: String(versionNumber) });
  const { content, name } = await fetchFile(path, "POST");
  saveFile(content, name);
}
