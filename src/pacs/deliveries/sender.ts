/**
 * Sends what is due: one delivery after another to each peer, all peers at once. What fails is tried again, later each time and for
 * ever, for a peer comes back; what cannot be sent at all is said. What was sent and not recorded, since the service was killed in
 * between, is sent again: the same instance, which the peer knows.
 */
import { DelineateError } from "#core/errors.ts";
import type { WebPeer } from "#pacs/dicomweb/client.ts";
import type { Peer } from "#pacs/dimse/request-association.ts";
import { announce } from "#workspace/records/cases.ts";
import {
  automaticDelivery,
  type DeliveryRow,
  deliveriesUpTo,
  dueDeliveries,
  isWaiting,
  longestRetryMs,
  newestDelivered,
  recordAttempt,
} from "#workspace/records/deliveries.ts";
import { exportVersion } from "#workspace/records/versions.ts";
import { persist } from "#workspace/store/persist.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { deliver } from "./deliver.ts";

type Network = {
  readonly aeTitle: string;
  readonly peers: Readonly<Record<string, Peer>>;
  readonly webPeers: Readonly<Record<string, WebPeer>>;
  /** Until the second attempt; twice that until the third, and so on. */
  readonly firstRetryMs?: number | undefined;
};

/** Contours are planned by other processes as well: the records are looked at this often. */
const lookEveryMs = 1000;
const usualFirstRetryMs = 5000;

export function startSender(workspace: Workspace, network: Network): { close(): Promise<void> } {
  const lanes = new Map<string, Promise<void>>();
  let closed = false;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const due = await dueDeliveries(workspace.db, [...lanes.keys()]);
    for (const [peer, rows] of Map.groupBy(due, (row) => row.peer)) {
      const lane = workOff(rows)
        .catch(workspace.onFault)
        .finally(() => lanes.delete(peer));
      lanes.set(peer, lane);
    }
  }

  /**
   * Before each one the older versions of the same case that wait, due or not: what arrives last looks like what is newest. One that
   * cannot go now keeps the newer one from nothing, and is not sent after it.
   */
  async function workOff(rows: readonly DeliveryRow[]): Promise<void> {
    const tried = new Set<string>();
    for (const row of rows)
      for (const each of await deliveriesUpTo(workspace.db, row)) {
        if (closed || tried.has(each.id)) continue;
        tried.add(each.id);
        await attempt(workspace, network, each);
      }
  }

  const timer = setInterval(() => {
    looking ??= look()
      .catch(workspace.onFault)
      .finally(() => {
        looking = undefined;
      });
  }, lookEveryMs);

  return {
    close: async () => {
      closed = true;
      clearInterval(timer);
      await looking;
      await Promise.all(lanes.values());
    },
  };
}

async function attempt(workspace: Workspace, network: Network, row: DeliveryRow): Promise<void> {
  const { db, onFault } = workspace;
  try {
    if (!(await isWaiting(db, row.id))) return;
    const newest = await newestDelivered(db, row);
    if (newest !== undefined && newest > row.version) {
      const remark = `Version ${newest} is there already, and this one is older: it is not sent any more.`;
      await recordAttempt(db, row.id, { state: "refused", remark });
      return;
    }
    const peer = network.peers[row.peer] ?? network.webPeers[row.peer];
    if (peer === undefined)
      throw new DelineateError("peer-failed", `There is no peer ${row.peer} in the configuration.`);
    const remark = await deliver(workspace, peer, row, network);
    const delivered = { state: "delivered", delivered_at: new Date(), remark: remark ?? null } as const;
    // The peer has it: a database that is away for a moment makes that no failure, and nobody sends it a second time.
    await persist(() => recordAttempt(db, row.id, delivered));
  } catch (error) {
    const isSaid = error instanceof DelineateError;
    // Removed meanwhile: the delivery went with its case.
    if (isSaid && error.code === "not-found") return;
    if (!isSaid) onFault(error);
    const remark = isSaid ? error.message : "It failed unexpectedly.";
    if (isSaid && error.code === "nothing-to-sign") {
      await recordAttempt(db, row.id, { state: "refused", remark });
      return;
    }
    const { firstRetryMs = usualFirstRetryMs } = network;
    const waitMs = Math.min(firstRetryMs * 2 ** Math.min(row.attempts, 20), longestRetryMs);
    await recordAttempt(db, row.id, {
      attempts: row.attempts + 1,
      due_at: new Date(Date.now() + waitMs),
      remark,
    });
    return;
  }
  await noteExport(workspace, row);
}

/** It is delivered, whatever becomes of this. */
async function noteExport(workspace: Workspace, { case_id: caseId, version }: DeliveryRow): Promise<void> {
  if (version === automaticDelivery) return;
  try {
    await persist(() => exportVersion(workspace, caseId, version));
    await announce(workspace, caseId);
  } catch (error) {
    if (!(error instanceof DelineateError && error.code === "not-found")) workspace.onFault(error);
  }
}
