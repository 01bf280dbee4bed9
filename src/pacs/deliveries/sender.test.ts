/** What a person decides while a delivery is being tried. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { joinBytes } from "#core/bytes.ts";
import { ctImageStorage } from "#dicom/ct/write-ct.ts";
import { fileHeader } from "#dicom/dataset/write-dataset.ts";
import { planDeliveries, routeCase, withholdVersions } from "#workspace/records/deliveries.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import { instanceBytes } from "../../../test/pacs/conversation.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase, bareVersion } from "../../../test/workspace/bare-case.ts";
import { startSender } from "./sender.ts";

test("a version that is sent back while the contour before it is being tried does not go out", async () => {
  let asked = 0;
  const peer = createServer((_, response) => {
    asked++;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(peer, "listening");
  const url = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), "sender-"));
  const data = join(folder, "data");
  emptyWorkspace(data);
  // There is no automatic contour: its attempt fails, and while it does the version after it is sent back.
  let sendBack: () => unknown = () => undefined;
  const workspace = await openWorkspace(data, () => sendBack());
  const { db } = workspace;
  const caseId = await bareCase(db);
  await routeCase(db, caseId, { rule: "lung", peers: ["planning"] });
  const [sopClassUid, transferSyntaxUid] = [ctImageStorage, "1.2.840.10008.1.2"];
  const header = fileHeader({ sopClassUid, sopInstanceUid: "2.25.1", transferSyntaxUid });
  const bytes = joinBytes([header, instanceBytes("2.25.1")]);
  const digest = createHash("sha256").update(bytes).digest("hex");
  const path = workspace.folderOf(caseId).rtstruct(1);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  const reviewId = await bareVersion(db, caseId, { number: 1, digest });
  for (const version of [0, 1]) await planDeliveries(db, caseId, version);
  const inAnHour = new Date(Date.now() + 3_600_000);
  await db.updateTable("deliveries").set({ due_at: inAnHour }).where("version", "=", 0).execute();
  sendBack = () => withholdVersions(db, { caseId, reviewId }, "Sent back.");

  const sender = startSender(workspace, {
    ...{ aeTitle: "US", peers: {}, webPeers: { planning: { url } } },
    firstRetryMs: 1,
  });
  const rows = () => db.selectFrom("deliveries").select(["state", "attempts"]).orderBy("version").execute();
  await expect.poll(async () => (await rows())[0].attempts).toBeGreaterThan(1);
  expect((await rows())[1]).toEqual({ state: "refused", attempts: 0 });
  expect(asked).toBe(0);
  await sender.close();
  peer.close();
  await workspace.close();
  rmSync(folder, { recursive: true });
});
