/** A running workspace in the clinic's network: what is sent to it is taken, what its rules say is sent on. */
import { DelineateError } from "#core/errors.ts";
import { findModel } from "#workspace/records/models.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { startSender } from "./deliveries/sender.ts";
import { openListener } from "./listener/open-listener.ts";
import type { Clinic } from "./rules/clinic.ts";
import { withIdentity, withSecret } from "./rules/find-peer.ts";
import { readIdentity } from "./rules/read-identity.ts";

type Parts = {
  readonly workspace: Workspace;
  /** There is new work. */
  readonly wake: () => void;
  /** For the service's log. Without a patient. */
  readonly log: (sentence: string) => void;
  /** Until a delivery that failed is tried a second time (deliveries/sender.ts). */
  readonly firstRetryMs?: number;
};

export type OpenClinic = { readonly port: number; close(): Promise<void> };

/** Throws `bad-configuration` for a rule whose model is not in the workspace, what `readIdentity` throws, and `usage` where the listener's port cannot be had. */
export async function openClinic(clinic: Clinic, parts: Parts): Promise<OpenClinic> {
  const { workspace, firstRetryMs } = parts;
  for (const { name, model } of clinic.rules) {
    if (model === undefined) continue;
    await findModel(workspace.models, model).catch((cause: unknown) => {
      throw new DelineateError(
        "bad-configuration",
        `The rule "${name}" names a model ${model} that is not in ${workspace.models}: put its file there, or name another.`,
        { cause },
      );
    });
  }
  const webPeers = Object.fromEntries(
    Object.entries(clinic.webPeers).map(([name, peer]) => [name, withSecret(name, peer)]),
  );
  const identity = await readIdentity(clinic);
  const peers = Object.fromEntries(
    Object.entries(clinic.peers).map(([name, peer]) => [name, withIdentity(peer, identity)]),
  );
  const listener = await openListener(clinic, identity, parts);
  const sender = startSender(workspace, { aeTitle: clinic.aeTitle, peers, webPeers, firstRetryMs });
  return {
    port: listener.port,
    close: async () => {
      await listener.close();
      await sender.close();
    },
  };
}
