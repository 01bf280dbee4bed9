/** One delivery: its file, sent to its peer byte for byte. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { storeInstance, type WebPeer } from "#pacs/dicomweb/client.ts";
import type { Peer } from "#pacs/dimse/request-association.ts";
import { store } from "#pacs/dimse/store.ts";
import { identifyInstance } from "#patients/instance-file.ts";
import { firstAutomatic } from "#workspace/records/case-rows.ts";
import { automaticDelivery, type DeliveryRow } from "#workspace/records/deliveries.ts";
import { versionFile, versionRow } from "#workspace/records/versions.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { automaticFile } from "./automatic-file.ts";

/** Our own title. */
type Sender = { readonly aeTitle: string };

/**
 * What the peer remarked, if anything. Throws `peer-failed`, to be tried again; `nothing-to-sign` where there is nothing to send, and
 * `file-changed` for a signed file that is no longer what was signed; and what the file store throws.
 */
export async function deliver(
  workspace: Workspace,
  peer: Peer | WebPeer,
  row: DeliveryRow,
  { aeTitle }: Sender,
): Promise<string | undefined> {
  const path =
    row.version === automaticDelivery ? await automaticOf(workspace, row) : await signedOf(workspace, row);
  const identity = await identifyInstance(path);
  const status =
    "url" in peer
      ? await storeInstance(peer, await readFile(path), identity.sopInstanceUid)
      : await store(peer, aeTitle, { path, ...identity });
  if (Number.isNaN(status)) return "It was taken with a remark in words: look for them in the peer's log.";
  return status === 0 ? undefined : `It was taken with the remark ${status.toString(16).toUpperCase()}.`;
}

async function automaticOf(workspace: Workspace, { case_id: caseId }: DeliveryRow): Promise<string> {
  const automatic = await firstAutomatic(workspace.db, caseId);
  if (automatic === undefined) throw new Error("a delivery was planned without a contour");
  if (automatic.volume_cc === 0)
    throw new DelineateError("nothing-to-sign", "The model found no tumour: there is nothing to send.");
  return automaticFile(workspace, automatic);
}

async function signedOf(workspace: Workspace, row: DeliveryRow): Promise<string> {
  const { version } = await versionRow(workspace.db, row.case_id, row.version);
  const { path } = await versionFile(workspace, row.case_id, row.version);
  const digest = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  if (digest === version.digest) return path;
  throw new DelineateError(
    "file-changed",
    `The file of signed version ${row.version} was changed since it was signed, and is not sent. Restore it from a backup.`,
  );
}
