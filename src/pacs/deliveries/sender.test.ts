/** What a person decides, and what becomes of the records, while a delivery is being tried. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { joinBytes } from "#core/bytes.ts";
import { ctImageStorage } from "#dicom/ct/write-ct.ts";
import { fileHeader } from "#dicom/dataset/write-dataset.ts";
import { planDeliveries, routeCase, withdrawVersions } from "#workspace/records/deliveries.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import { instanceBytes } from "../../../test/pacs/conversation.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase, bareVersion } from "../../../test/workspace/bare-case.ts";
import { startPostgres } from "../../../test/workspace/postgres-server.ts";
import { startSender } from "./sender.ts";

/** A case with a signed version whose file is the instance 2.25.1, routed to `planning`. */
async function signedCase(workspace: Workspace): Promise<{ caseId: string; reviewId: string }> {
  const { db } = workspace;
  const caseId = await bareCase(db);
  // What pages are told of it.
  const grid = JSON.stringify({ size: [1, 1, 1], spacingMm: [1, 1, 1] });
  await db.updateTable("cases").set({ grid }).where("id", "=", caseId).execute();
  await routeCase(db, caseId, { rule: "lung", peers: ["planning"] });
  const [sopClassUid, transferSyntaxUid] = [ctImageStorage, "1.2.840.10008.1.2"];
  const header = fileHeader({ sopClassUid, sopInstanceUid: "2.25.1", transferSyntaxUid });
  const bytes = joinBytes([header, instanceBytes("2.25.1")]);
  const digest = createHash("sha256").update(bytes).digest("hex");
  const path = workspace.folderOf(caseId).rtstruct(1);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return { caseId, reviewId: await bareVersion(db, caseId, { number: 1, digest }) };
}

/** The configuration of `planning`, a peer on the web that answers so. */
async function webPeer(answer: RequestListener) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { webPeers: { planning: { url } }, close: () => server.close() };
}

async function openTemporary(onFault?: () => void) {
  const folder = mkdtempSync(join(tmpdir(), "sender-"));
  const data = join(folder, "data");
  emptyWorkspace(data);
  const workspace = await openWorkspace(data, onFault);
  const close = async (): Promise<void> => {
    await workspace.close();
    rmSync(folder, { recursive: true });
  };
  return { workspace, close };
}

test("a version that is sent back while the contour before it is being tried does not go out", async () => {
  let asked = 0;
  const peer = await webPeer((_, response) => {
    asked++;
    response.end();
  });
  // There is no automatic contour: its attempt fails, and while it does the version after it is sent back.
  let sendBack: () => unknown = () => undefined;
  const { workspace, close } = await openTemporary(() => sendBack());
  const { db } = workspace;
  const { caseId, reviewId } = await signedCase(workspace);
  for (const version of [0, 1]) await planDeliveries(db, caseId, version);
  const inAnHour = new Date(Date.now() + 3_600_000);
  await db.updateTable("deliveries").set({ due_at: inAnHour }).where("version", "=", 0).execute();
  sendBack = () => withdrawVersions(db, { caseId, reviewId }, "Sent back.");

  const sender = startSender(workspace, {
    ...{ aeTitle: "US", peers: {}, webPeers: peer.webPeers },
    firstRetryMs: 1,
  });
  const rows = () => db.selectFrom("deliveries").select(["state", "attempts"]).orderBy("version").execute();
  await expect.poll(async () => (await rows())[0].attempts).toBeGreaterThan(1);
  expect((await rows())[1]).toEqual({ state: "refused", attempts: 0 });
  expect(asked).toBe(0);
  await sender.close();
  peer.close();
  await close();
});

test("what a peer took while the database was switched off is told as delivered, and sent once", async () => {
  const postgres = await startPostgres();
  const folder = mkdtempSync(join(tmpdir(), "sender-"));
  let asked = 0;
  const peer = await webPeer(async (_, response) => {
    if (asked++ === 0) await postgres.crash();
    const stored = { "00081199": { Value: [{ "00081155": { Value: ["2.25.1"] } }] } };
    response.end(JSON.stringify(stored));
  });
  const faults: unknown[] = [];
  const database = await postgres.createDatabase();
  const workspace = await openWorkspace(join(folder, "data"), (fault) => faults.push(fault), { database });
  const { db } = workspace;
  const { caseId } = await signedCase(workspace);
  await planDeliveries(db, caseId, 1);
  const sender = startSender(workspace, { aeTitle: "US", peers: {}, webPeers: peer.webPeers });
  await expect.poll(() => asked).toBe(1);
  await postgres.start();
  const row = () => db.selectFrom("deliveries").select(["state", "attempts", "remark"]).executeTakeFirst();
  await expect
    .poll(() => row().catch(() => undefined))
    .toEqual({ state: "delivered", attempts: 0, remark: null });
  expect([asked, faults]).toEqual([1, []]);
  await sender.close();
  peer.close();
  await workspace.close();
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

test("what a web peer took with a warning, such as that it left elements out, is told with it", async () => {
  const peer = await webPeer((_, response) => {
    const item = { "00081155": { Value: ["2.25.1"] }, "00081196": { vr: "US", Value: [0xb006] } };
    response.writeHead(202).end(JSON.stringify({ "00081199": { Value: [item] } }));
  });
  const { workspace, close } = await openTemporary();
  const { db } = workspace;
  const { caseId } = await signedCase(workspace);
  await planDeliveries(db, caseId, 1);
  const sender = startSender(workspace, { aeTitle: "US", peers: {}, webPeers: peer.webPeers });
  const row = () => db.selectFrom("deliveries").select(["state", "remark"]).executeTakeFirst();
  await expect.poll(row).toEqual({ state: "delivered", remark: "It was taken with the remark B006." });
  await sender.close();
  peer.close();
  await close();
});
