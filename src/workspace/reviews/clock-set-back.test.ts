/** The server's clock is set back by an hour amid the work on a patient. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { block, edit } from "../../../test/workspace/client.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

let server: PhantomServer;
beforeAll(async () => {
  server = await openPhantomServer(20, { contoured: "ct" });
});
afterAll(async () => {
  vi.useRealTimers();
  await server.close();
});

test("the patient's review stays the one that was opened, drawn and signed last", async () => {
  const { client, caseId } = server;
  const opening = { reviewer: "Ann", fresh: false } as const;
  const shown = async () => (await client.call("showCase", { caseId }, undefined)).reviewId;
  await client.call("openReview", { caseId }, { ...opening, start: "assisted" });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3600 * 1000 });
  const review = await client.call("openReview", { caseId }, { ...opening, start: "manual" });
  expect(await shown()).toBe(review.id);
  const stroke = edit(review.structures[0].id, block({ k: 3, i0: 10, j0: 20, width: 30, height: 8 }));
  await client.call("appendLog", { reviewId: review.id }, { entries: [stroke] });
  await client.call("approve", { reviewId: review.id }, { reviewer: "Ann", comment: "", unseenReason: "x" });
  expect(await shown()).toBe(review.id);
  expect(server.faults).toEqual([]);
});
