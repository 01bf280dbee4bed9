/** A patient closed without tumour, a contour sent back with a reason, and both opened again, over HTTP. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Review } from "#contract/workspace/review.ts";
import { seenDwellMs } from "#contract/workspace/seen.ts";
import { routeCase } from "#workspace/records/deliveries.ts";
import { block, edit, stamp } from "../../../test/workspace/client.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

let server: PhantomServer;
let client: PhantomServer["client"];
let caseId: string;
let review: Review;
const summary = async () => (await client.call("showCase", { caseId }, undefined)).summary;
const log = (entries: Parameters<typeof client.call<"appendLog">>[2]["entries"]) =>
  client.call("appendLog", { reviewId: review.id }, { entries });
const stroke = () => edit(review.structures[0].id, block({ k: 3, i0: 10, j0: 20, width: 30, height: 8 }));

beforeAll(async () => {
  server = await openPhantomServer(20, { contoured: "ct" });
  ({ client, caseId } = server);
  review = await client.call("openReview", { caseId }, { start: "assisted", reviewer: "Ann", fresh: false });
});
afterAll(() => server.close());

test("without tumour is signed by name, and only where the model's slices were seen or a reason is given", async () => {
  const { id: reviewId } = review;
  const request = { reviewer: "Ann", comment: "Scar.", unseenReason: null };
  expect(
    await client.refusal("closeWithoutTumour", { reviewId }, { ...request, reviewer: " " }),
  ).toMatchObject({ code: "usage" });
  expect(await client.refusal("closeWithoutTumour", { reviewId }, request)).toMatchObject({
    code: "unseen-slices",
  });
  const slices = Array.from({ length: (await summary()).sliceCount }, (_, k) => k);
  await log([{ ...stamp(), type: "seen", slices, dwellMs: seenDwellMs }]);
  const closed = await client.call("closeWithoutTumour", { reviewId }, request);
  expect(closed).toMatchObject({
    state: "no-tumour",
    decisions: [{ kind: "no-tumour", reviewer: "Ann", reason: "Scar." }],
  });
  expect(await summary()).toMatchObject({ state: "no-tumour", gtvCc: 0 });
});

test("closed, it takes no stroke, no signature and no second closing, and opening the page changes nothing", async () => {
  const { id: reviewId } = review;
  const approval = { reviewer: "Ann", comment: "", unseenReason: null };
  expect(await client.refusal("appendLog", { reviewId }, { entries: [stroke()] })).toMatchObject({
    code: "review-closed",
  });
  for (const name of ["approve", "closeWithoutTumour"] as const)
    expect((await client.refusal(name, { reviewId }, approval)).code).toBe("review-closed");
  expect((await client.call("showCase", { caseId }, undefined)).reviewId).toBe(reviewId);
  expect((await client.call("showReview", { reviewId }, undefined)).state).toBe("no-tumour");
  expect((await summary()).state).toBe("no-tumour");
});

test("reopened by name it is under review, with the contour's volume and what was decided", async () => {
  const { id: reviewId } = review;
  const reopened = await client.call("reopen", { reviewId }, { reviewer: "Ben" });
  expect(reopened.state).toBe("open");
  expect(reopened.decisions.map(({ kind, reviewer }) => [kind, reviewer])).toEqual([
    ["no-tumour", "Ann"],
    ["reopened", "Ben"],
  ]);
  const { state, gtvCc } = await summary();
  expect([state, (gtvCc ?? 0) > 0]).toEqual(["in-review", true]);
  expect((await log([stroke()])).saved).toBe(1);
});

test("a signed contour is sent back with a reason, which stays until the next signature, and does not go out any more", async () => {
  const { id: reviewId } = review;
  const approval = { reviewer: "Ann", comment: "", unseenReason: "seen on paper" };
  await routeCase(server.workspace.db, caseId, { rule: "lung", peers: ["planning"] });
  const deliveries = async () =>
    (await client.call("listDeliveries", {}, undefined)).map(({ version, state }) => [version, state]);
  const withdrawn = async () => (await client.call("showCase", { caseId }, undefined)).withdrawn;
  await client.call("approve", { reviewId }, approval);
  expect(await deliveries()).toEqual([[1, "waiting"]]);
  expect(await withdrawn()).toEqual([]);
  const before = await client.bytes(`/api/cases/${caseId}/versions/1/rtstruct`);
  const request = { reviewer: "Cara", reason: "The node is missing." };
  expect((await client.refusal("sendBack", { reviewId }, { ...request, reason: " " })).code).toBe("usage");
  expect((await client.call("sendBack", { reviewId }, request)).state).toBe("open");
  expect(await deliveries()).toEqual([[1, "refused"]]);
  expect(await summary()).toMatchObject({ state: "sent-back", sentBack: request });
  expect(await withdrawn()).toEqual([1]);
  // Somebody saves the version that was rejected.
  await client.call("exportVersion", { caseId, number: "1" }, {});
  expect((await summary()).state).toBe("sent-back");
  await client.call("openReview", { caseId }, { start: "assisted", reviewer: "Ann", fresh: false });
  expect(await summary()).toMatchObject({ state: "in-review", sentBack: request });
  expect(await client.bytes(`/api/cases/${caseId}/versions/1/rtstruct`)).toEqual(before);
  await client.call("approve", { reviewId }, approval);
  expect(await summary()).toMatchObject({ state: "approved", sentBack: null });
  expect(await deliveries()).toEqual([
    [2, "waiting"],
    [1, "refused"],
  ]);
  expect(await withdrawn()).toEqual([1]);
  // What was signed and is closed without tumour after all does not go out either.
  await client.call("reopen", { reviewId }, { reviewer: "Ann" });
  await client.call("closeWithoutTumour", { reviewId }, approval);
  expect(await deliveries()).toEqual([
    [2, "refused"],
    [1, "refused"],
  ]);
  expect(await withdrawn()).toEqual([1, 2]);
});

test("nothing of all this was a fault of the program", () => {
  expect(server.faults).toEqual([]);
});
