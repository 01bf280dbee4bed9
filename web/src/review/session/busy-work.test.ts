import { expect, test } from "vitest";
import { busyWork } from "./busy-work.ts";
import type { ReviewState } from "./review-state.ts";
import { ReviewStore } from "./review-store.ts";

test("the page works until the last of what it works at is done: nobody signs before", async () => {
  const store = new ReviewStore({ busy: null } as ReviewState);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const works = [
    busyWork(store, "Segmenting from the click", () => first.promise),
    busyWork(store, "Segmenting the box", () => second.promise),
  ];
  first.resolve();
  await works[0];
  expect(store.state.busy).toBe("Segmenting the box");
  second.reject(new Error("away"));
  await works[1];
  expect(store.state.busy).toBe(null);
});
