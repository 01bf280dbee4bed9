import { expect, test } from "vitest";
import { UnsavedWork } from "./unsaved-work.ts";

test("Work fails from the first failure until its sender is done, whatever others do", () => {
  const work = new UnsavedWork();
  const [sender, other] = [{}, {}];
  let calls = 0;
  work.subscribe(() => calls++);
  work.begin(sender);
  work.begin(other);
  expect(work.isFailing()).toBe(false);
  work.fail(sender);
  work.begin(sender);
  work.end(other);
  expect(work.isFailing()).toBe(true);
  work.end(sender);
  expect(work.isFailing()).toBe(false);
  expect(calls).toBe(3);
});

test("Settled waits for every sender, and for none if there is none", async () => {
  const work = new UnsavedWork();
  await work.settled();
  const [sender, other] = [{}, {}];
  work.begin(sender);
  work.begin(other);
  let settled = false;
  const waiting = work.settled().then(() => {
    settled = true;
  });
  work.end(sender);
  await Promise.resolve();
  expect(settled).toBe(false);
  work.end(other);
  await waiting;
  expect(settled).toBe(true);
});

test("Quiet is what nothing more is saved of until the server answers: at once where nothing is on its way", async () => {
  const work = new UnsavedWork();
  await work.quiet();
  const [sender, other, leftReview] = [{}, {}, {}];
  work.begin(sender);
  work.begin(other);
  // A review that was left waits for its own changes: it fails with them, and says so nowhere.
  work.begin(leftReview);
  let quiet = false;
  const waiting = work.quiet().then(() => {
    quiet = true;
  });
  work.end(sender);
  await Promise.resolve();
  expect(quiet).toBe(false);
  work.fail(other);
  await waiting;
  await work.quiet();
  expect(work.isFailing()).toBe(true);
  work.giveUp();
  expect(work.isFailing()).toBe(false);
});
