/** Two pages on one review, over HTTP: whose entries are taken, what happens to the others', and a server that begins anew. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Attend, answerWithinMs, goneAfterMs } from "#contract/workspace/lease.ts";
import { protocolHeader, protocolVersion } from "#contract/workspace/protocol.ts";
import type { Review } from "#contract/workspace/review.ts";
import { errorSchema } from "#contract/workspace/routes.ts";
import { approve } from "#workspace/records/versions.ts";
import { block, createClient, edit, stamp } from "../../../test/workspace/client.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

let server: PhantomServer;
let ann: PhantomServer["client"];
let ben: PhantomServer["client"];
let caseId: string;
let review: Review;
let nowMs = 0;

beforeAll(async () => {
  server = await openPhantomServer(20, { contoured: "ct", nowMs: () => nowMs });
  ann = server.client;
  ben = createClient(ann.base);
  caseId = server.caseId;
  const opening = { start: "manual", fresh: false } as const;
  review = await ann.call("openReview", { caseId }, { ...opening, reviewer: "Ann" });
  await ben.call("openReview", { caseId }, { ...opening, reviewer: "Ben" });
});
afterAll(() => server.close());

const at = () => ({ reviewId: review.id });
const act = (client: typeof ann, what: Attend["act"]) =>
  client.call("attend", at(), { reviewer: client === ann ? "Ann" : "Ben", act: what });
const stroke = (k: number) =>
  edit(review.structures[0].id, block({ k, i0: 10, j0: 20, width: 8, height: 4 }));
const draw = (client: typeof ann, k: number) => client.call("appendLog", at(), { entries: [stroke(k)] });
const shown = () => ann.call("showReview", at(), undefined);
const approval = { reviewer: "Ben", comment: "", unseenReason: "Seen on paper." };
const late = (entries: Parameters<typeof ann.call<"keepLate">>[2]["entries"], after: number) => ({
  ...{ id: crypto.randomUUID(), reviewer: "Ann", after, entries },
});

test("nobody sets aside a review that another page writes, however empty", async () => {
  const afresh = { start: "manual", reviewer: "Ben", fresh: true } as const;
  expect((await ben.refusal("openReview", { caseId }, afresh)).code).toBe("not-the-writer");
});

test("only the writer's entries are taken, with the writer's name for the other, and nothing of a refused one stays", async () => {
  expect((await draw(ann, 1)).saved).toBe(1);
  const refusal = await ben.refusal("appendLog", at(), { entries: [stroke(2)] });
  expect(refusal).toMatchObject({ status: 409, code: "not-the-writer" });
  expect(refusal.message).toContain("Ann writes");
  // Nor the time that the reader spends.
  const activity = { ...stamp(), type: "activity" as const, activeMs: 5000 };
  expect((await ben.refusal("appendLog", at(), { entries: [activity] })).code).toBe("not-the-writer");
  expect(await shown()).toMatchObject({ edits: [{}], logLength: 1, activeMs: 0 });
});

test("who reads neither signs nor closes nor sends back, and who begins afresh reads what another one drew", async () => {
  const unseen = { reviewer: "Ben", comment: "", unseenReason: "x" };
  const refusals = [
    await ben.refusal("approve", at(), approval),
    await ben.refusal("closeWithoutTumour", at(), unseen),
    await ben.refusal("sendBack", at(), { reviewer: "Ben", reason: "x" }),
    await ben.refusal("reopen", at(), { reviewer: "Ben" }),
  ];
  expect(refusals.map(({ code }) => code)).toEqual(Array(4).fill("not-the-writer"));
  const afresh = { start: "manual", reviewer: "Ben", fresh: true } as const;
  expect((await ben.call("openReview", { caseId }, afresh)).id).toBe(review.id);
  expect(await shown()).toMatchObject({ state: "open", decisions: [], edits: [{}] });
});

test("who reads catches up with the log's tail and is told that it grew", async () => {
  const stream = await fetch(`${ann.base}/api/events`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  const entry = stroke(3);
  await ann.call("appendLog", at(), { entries: [entry] });
  let heard = "";
  while (!heard.includes(`data: ${JSON.stringify({ id: review.id, what: "log" })}`))
    heard += (await reader?.read())?.value ?? "";
  await reader?.cancel();
  expect((await act(ben, "look")).logLength).toBe(2);
  expect(await ben.call("showLog", { ...at(), from: "1" }, undefined)).toEqual([entry]);
  expect(await ben.call("showLog", { ...at(), from: "2" }, undefined)).toEqual([]);
});

test("handed over, the former writer's next entry is refused, and one that was saved already does no harm", async () => {
  const saved = stroke(4);
  await ann.call("appendLog", at(), { entries: [saved] });
  await act(ben, "ask");
  expect((await act(ann, "write")).request).toMatchObject({ reviewer: "Ben", due: false });
  await act(ann, "hand-over");
  expect((await act(ben, "wait")).lease).not.toBeNull();
  expect((await draw(ben, 5)).saved).toBe(1);
  expect((await ann.refusal("appendLog", at(), { entries: [stroke(6)] })).message).toContain("Ben writes");
  expect(await ann.call("appendLog", at(), { entries: [saved] })).toMatchObject({ saved: 0, edits: 4 });
});

test("entries that were on their way when another took over are not taken after their page writes again", async () => {
  const tooLate = { lease: (await act(ben, "write")).lease ?? "", entries: [stroke(7)] };
  await act(ann, "ask");
  await act(ben, "hand-over");
  await act(ann, "wait");
  await act(ben, "ask");
  await act(ann, "hand-over");
  expect((await act(ben, "wait")).lease).not.toBe(tooLate.lease);
  expect((await ben.refusal("appendLog", at(), tooLate)).code).toBe("not-the-writer");
});

test("many changes of the writer amid both pages' entries: the log has what was acknowledged, and nothing else", async () => {
  const acknowledged: string[] = [];
  const send = async (client: typeof ann): Promise<void> => {
    for (let k = 0; k < 20; k++) {
      const entry = stroke(k % 8);
      const sent = client.call("appendLog", at(), { entries: [entry] });
      await sent.then(
        () => acknowledged.push(entry.id),
        (refused: unknown) => expect(String(refused)).toContain("not-the-writer"),
      );
    }
  };
  const before = (await shown()).edits.map(({ id }) => id);
  const change = async (): Promise<void> => {
    for (let turn = 0; turn < 15; turn++) {
      for (const [from, to] of [[ben, ann] as const, [ann, ben] as const]) {
        await act(to, "ask");
        await act(from, "hand-over");
        await act(to, "wait");
      }
    }
  };
  await Promise.all([send(ann), send(ben), change()]);
  const { edits } = await shown();
  expect(edits.map(({ id }) => id).sort()).toEqual([...before, ...acknowledged].sort());
});

test("from a writer that is gone another takes over; what comes late is kept beside the log, once, and not signed over", async () => {
  await act(ann, "look");
  expect((await ann.refusal("attend", at(), { reviewer: "Ann", act: "take-over" })).code).toBe(
    "not-the-writer",
  );
  nowMs += goneAfterMs + 1;
  const { edits, logLength } = await shown();
  expect((await act(ann, "look")).writer).toMatchObject({ reviewer: "Ben", gone: true });
  expect((await act(ann, "take-over")).lease).not.toBeNull();
  const piece = { ...late([edits[0], stroke(7)], edits.length), reviewer: "Ben" };
  await ben.call("keepLate", at(), piece);
  await ben.call("keepLate", at(), piece);
  // Without the entry that the log has, which is part of what the rest was drawn after.
  const keptPiece = { ...piece, after: piece.after + 1, entries: piece.entries.slice(1) };
  expect((await shown()).late).toEqual([keptPiece]);
  // A page that came back after its last word has drawn more, which is kept with it; of less nothing goes.
  const longer = [...piece.entries, stroke(8)];
  for (const entries of [longer, piece.entries]) await ben.call("keepLate", at(), { ...piece, entries });
  expect((await shown()).late).toEqual([{ ...keptPiece, entries: longer.slice(1) }]);
  expect(await act(ann, "write")).toMatchObject({ logLength, late: 1 });
  const refusal = await ann.refusal("approve", at(), approval);
  expect(refusal).toMatchObject({ status: 409, code: "late-strokes" });
  expect(refusal.message).toContain("Strokes of Ben");
  const noTumour = { reviewer: "Ann", comment: "", unseenReason: "a test" };
  expect((await ann.refusal("closeWithoutTumour", at(), noTumour)).code).toBe("late-strokes");
  const settling = { ...at(), lateId: piece.id };
  expect((await ben.refusal("settleLate", settling, { how: "left-out" })).code).toBe("not-the-writer");
  await ann.call("settleLate", settling, { how: "left-out" });
  expect((await shown()).late).toEqual([]);
});

test("a page's last entries go to the log if it writes and are kept late if not, and then it writes no more", async () => {
  const { logLength } = await shown();
  const [last, tooLate] = [stroke(5), stroke(6)];
  const { lease } = await act(ann, "write");
  await ben.call("leave", at(), { lease: null, unsaved: { ...late([tooLate], 4), reviewer: "Ben" } });
  await ann.call("leave", at(), { lease, unsaved: late([last], 4) });
  expect(await act(ben, "look")).toMatchObject({ writer: null, logLength: logLength + 1, late: 1 });
  expect(await ben.call("showLog", { ...at(), from: String(logLength) }, undefined)).toEqual([last]);
  expect((await ann.refusal("appendLog", at(), { entries: [stroke(1)] })).code).toBe("not-the-writer");
});

test("without an answer in the stated time the asker takes over, over HTTP as well", async () => {
  await act(ann, "write");
  await act(ben, "ask");
  for (let heard = 0; heard < 4; heard++) {
    nowMs += answerWithinMs / 4 + 1;
    await act(ann, "write");
    await act(ben, "wait");
  }
  expect((await act(ben, "wait")).request?.due).toBe(true);
  expect((await act(ben, "take-over")).lease).not.toBeNull();
  expect((await ann.refusal("approve", at(), { ...approval, reviewer: "Ann" })).code).toBe("not-the-writer");
});

test("what is signed is the log that was looked at, and no other", async () => {
  await act(ben, "write");
  for (const { id: lateId } of (await shown()).late)
    await ben.call("settleLate", { ...at(), lateId }, { how: "left-out" });
  const { logLength } = await shown();
  await draw(ben, 8);
  for (const other of [logLength, logLength + 2])
    expect(await ben.refusal("approve", at(), { ...approval, logLength: other })).toMatchObject({
      code: "review-closed",
      message: expect.stringContaining("changed while it was being signed"),
    });
  expect((await shown()).state).toBe("open");
});

test("strokes that come late while a contour is being signed wait, and it is not signed over them", async () => {
  await act(ben, "write");
  const { logLength } = await shown();
  const { workspace } = server;
  const kept = late([stroke(10)], 1);
  const take: typeof workspace.files.take = async (...files) => {
    await ann.call("keepLate", at(), kept);
    return workspace.files.take(...files);
  };
  const signing = { ...workspace, files: { ...workspace.files, take } };
  await expect(approve(signing, review.id, { ...approval, logLength })).rejects.toMatchObject({
    code: "late-strokes",
  });
  expect(await shown()).toMatchObject({ state: "open", late: [{ id: kept.id }] });
  await ben.call("settleLate", { ...at(), lateId: kept.id }, { how: "left-out" });
});

test("a signed review is nobody's: who reads may open it again, and writes then", async () => {
  await act(ben, "write");
  await draw(ben, 9);
  await ben.call("approve", at(), approval);
  expect((await act(ann, "look")).state).toBe("approved");
  expect((await act(ann, "write")).lease).not.toBeNull();
  expect((await ben.refusal("reopen", at(), { reviewer: "Ben" })).code).toBe("not-the-writer");
  expect((await ann.call("reopen", at(), { reviewer: "Ann" })).state).toBe("open");
  expect((await act(ben, "write")).lease).toBeNull();
});

test("what is attended is a review that is there", async () => {
  const nowhere = { reviewId: crypto.randomUUID() };
  const refusal = await ann.refusal("attend", nowhere, { reviewer: "Ann", act: "write" });
  expect(refusal.code).toBe("not-found");
  expect((await ann.refusal("approve", nowhere, approval)).code).toBe("not-found");
});

test("a page of before an update reads who writes, and is told to reload where it is not understood", async () => {
  const { lease } = await act(ann, "write");
  // As those pages do, for which null was none.
  const shown = z.object({ writer: z.object({ tab: z.uuid() }) }).parse(await act(ben, "look"));
  expect(shown.writer.tab).not.toBe(ann.tab);
  const body = JSON.stringify({ lease, ...approval });
  const headers = { "content-type": "application/json" };
  const refused = await fetch(`${ann.base}/api/reviews/${review.id}/approve`, {
    method: "POST",
    headers,
    body,
  });
  expect(refused.status).toBe(400);
  expect(refused.headers.get(protocolHeader)).toBe(String(protocolVersion));
  expect(errorSchema.parse(await refused.json()).error.message).toMatch(
    /logLength.*the service was updated since: reload that page/,
  );
});

test("nothing of all this was a fault of the program", () => {
  expect(server.faults).toEqual([]);
});
