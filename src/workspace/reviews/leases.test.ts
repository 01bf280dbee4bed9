import { beforeEach, expect, test } from "vitest";
import type { Account } from "#contract/workspace/account.ts";
import { type Attend, anotherTab, answerWithinMs, goneAfterMs } from "#contract/workspace/lease.ts";
import { Leases } from "./leases.ts";

const [ann, ben, cara] = ["Ann", "Ben", "Cara"].map((reviewer) => ({ tab: crypto.randomUUID(), reviewer }));
const review = crypto.randomUUID();

let nowMs: number;
let changes: number;
let leases: Leases;
beforeEach(() => {
  [nowMs, changes] = [0, 0];
  leases = new Leases(
    () => nowMs,
    () => changes++,
  );
});
const attend = (page: typeof ann, act: Attend["act"], account: Account | null = null) =>
  leases.attend(review, { ...page, act }, account);
/** As another page is told of it: by name, without what it could speak for it with. */
const publicPage = ({ reviewer }: typeof ann) => ({ tab: anotherTab, reviewer });

/** Both are heard of on the way. */
function pass(ms: number, heard: readonly (readonly [typeof ann, Attend["act"]])[]): void {
  for (const end = nowMs + ms; nowMs < end; ) {
    nowMs += Math.min(goneAfterMs / 4, end - nowMs);
    for (const [page, act] of heard) attend(page, act);
  }
}

test("the first page that wants to writes, another one does not, and only the first has the lease", () => {
  expect(attend(ben, "look")).toEqual({ writer: null, request: null, lease: null });
  const { lease, writer } = attend(ann, "write");
  expect(writer).toEqual({ ...ann, gone: false });
  expect(attend(ben, "write")).toEqual({
    writer: { ...publicPage(ann), gone: false },
    request: null,
    lease: null,
  });
  expect([leases.holds(review, lease ?? "", null), leases.holds(review, crypto.randomUUID(), null)]).toEqual([
    true,
    false,
  ]);
  expect(leases.holds(crypto.randomUUID(), lease ?? "", null)).toBe(false);
  expect(attend(ann, "write").lease).toBe(lease);
});

test("who asks waits for the answer: handed over, the lease is another one, and the first is worth nothing", () => {
  const { lease } = attend(ann, "write");
  expect(attend(ben, "ask").request).toEqual({ ...ben, due: false });
  // One asks at a time: the next one sees who does.
  expect(attend(cara, "ask").request).toEqual({ ...publicPage(ben), due: false });
  expect(() => attend(ben, "take-over")).toThrow(/Ann writes/);
  expect(() => attend(cara, "hand-over")).toThrow(/Ann writes/);
  expect(attend(ann, "hand-over")).toEqual({
    writer: { ...publicPage(ben), gone: false },
    request: null,
    lease: null,
  });
  const bens = attend(ben, "wait").lease;
  expect([bens === null, bens === lease]).toEqual([false, false]);
  expect([leases.holds(review, lease ?? "", null), leases.holds(review, bens ?? "", null)]).toEqual([
    false,
    true,
  ]);
});

test("declined, the writer goes on and who waits is told by a request that is no more", () => {
  const { lease } = attend(ann, "write");
  attend(ben, "ask");
  expect(attend(ann, "decline").lease).toBe(lease);
  expect(attend(ben, "wait").request).toBeNull();
  expect(() => attend(ben, "take-over")).toThrow(/Ann writes/);
});

test("without an answer within the stated time who asked may take over, and nobody else", () => {
  attend(ann, "write");
  attend(ben, "ask");
  const heard = [
    [ann, "write"],
    [ben, "wait"],
  ] as const;
  pass(answerWithinMs, heard);
  expect(attend(ben, "wait").request?.due).toBe(false);
  pass(1, heard);
  expect(attend(ben, "wait").request?.due).toBe(true);
  expect(() => attend(cara, "take-over")).toThrow(/Ann writes/);
  expect(attend(ben, "take-over").writer).toEqual({ ...ben, gone: false });
  expect(attend(ann, "write")).toMatchObject({ writer: publicPage(ben), lease: null });
});

test("a writer that is heard of no more is gone after the stated time; until another takes over it may come back", () => {
  const { lease } = attend(ann, "write");
  nowMs += goneAfterMs;
  expect(() => attend(ben, "take-over")).toThrow(/Ann writes/);
  nowMs += 1;
  expect(attend(ben, "look").writer?.gone).toBe(true);
  // An entry is a sign of life.
  expect(leases.holds(review, lease ?? "", null)).toBe(true);
  expect(() => attend(ben, "take-over")).toThrow(/Ann writes/);
  nowMs += goneAfterMs + 1;
  attend(ben, "take-over");
  expect(leases.holds(review, lease ?? "", null)).toBe(false);
});

test("a page that closes leaves the writing to who asked and is still there, or to nobody", () => {
  attend(ann, "write");
  attend(ben, "ask");
  leases.leave(review, { ...ann, account: null });
  expect(attend(ben, "wait").writer?.tab).toBe(ben.tab);
  attend(cara, "ask");
  pass(goneAfterMs + 1, [[ben, "write"]]);
  leases.leave(review, { ...ben, account: null });
  expect(attend(cara, "wait").writer).toBeNull();
});

test("who looks asks no longer, and a page that is gone does not either", () => {
  attend(ann, "write");
  attend(ben, "ask");
  expect(attend(ben, "look").request).toBeNull();
  attend(ben, "ask");
  pass(goneAfterMs + 1, [[ann, "write"]]);
  expect(attend(ann, "write").request).toBeNull();
  expect(attend(cara, "ask").request?.tab).toBe(cara.tab);
});

test("the same person in another tab may take over at once", () => {
  attend(ann, "write");
  const other = { ...ann, tab: crypto.randomUUID() };
  expect(attend(other, "write").lease).toBeNull();
  expect(attend(other, "take-over").writer?.tab).toBe(other.tab);
});

test("a page is an account's: another account with the same tab neither has the lease nor ends it", () => {
  const account = (login: string): Account => ({
    ...{ id: crypto.randomUUID(), login, displayName: login },
    role: "editor",
  });
  const [annsAccount, evesAccount] = [account("ann"), account("eve")];
  const { lease } = attend(ann, "write", annsAccount);
  expect(attend(ann, "look", evesAccount)).toMatchObject({ writer: publicPage(ann), lease: null });
  expect(() => attend(ann, "hand-over", evesAccount)).toThrow(/Ann writes/);
  expect(() => leases.requireNoOther(review, { ...ann, account: evesAccount })).toThrow(/Ann writes/);
  leases.leave(review, { ...ann, account: evesAccount });
  expect(leases.holds(review, lease ?? "", evesAccount)).toBe(false);
  expect(leases.holds(review, lease ?? "", annsAccount)).toBe(true);
});

test("every change of who writes or asks is told, and what changes nothing is not", () => {
  attend(ann, "write");
  attend(ann, "write");
  attend(ben, "look");
  attend(ben, "ask");
  attend(ben, "wait");
  expect(changes).toBe(2);
  attend(ann, "hand-over");
  leases.leave(review, { ...ben, account: null });
  expect(changes).toBe(4);
});
