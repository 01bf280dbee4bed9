/** A signed version's RTSTRUCT to the person's disk. */
import { byteRoutes } from "#contract/workspace/routes.ts";
import { call, fillPath } from "./api.ts";

/** Says first that it goes out, then fetches it: fetching alone changes nothing. Rejects with `RequestError`. */
export async function downloadVersion(caseId: string, versionNumber: number): Promise<void> {
  const version = { caseId, number: String(versionNumber) };
  await call("exportVersion", version, {});
  window.location.assign(fillPath(byteRoutes.rtstruct, version));
}
