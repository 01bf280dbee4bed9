import { expect, test } from "vitest";
import type { ReviewState } from "../review-state.ts";
import { ReviewStore } from "../review-store.ts";

const newStore = () => new ReviewStore({ problem: null } as unknown as ReviewState);

test("a problem is shown until its cause ends, then one that began before it and still holds", () => {
  const store = newStore();
  store.raiseProblem("slices", "Slices are missing.");
  store.raiseProblem("operation", "It failed.");
  expect(store.state.problem).toBe("It failed.");
  store.endProblem("operation");
  expect(store.state.problem).toBe("Slices are missing.");
  store.endProblem("slices");
  expect(store.state.problem).toBeNull();
});

test("what ended was one sentence of a cause: a newer one of the same cause stays", () => {
  const store = newStore();
  store.raiseProblem("operation", "The server does not answer.");
  store.raiseProblem("operation", "There is nothing to contour.");
  store.endProblem("operation", "The server does not answer.");
  expect(store.state.problem).toBe("There is nothing to contour.");
});

test("dismissed, nothing is left; and nobody hears of an end without a beginning", () => {
  const store = newStore();
  store.raiseProblem("slices", "Slices are missing.");
  store.raiseProblem("operation", "It failed.");
  store.dismissProblems();
  expect(store.state.problem).toBeNull();
  let changes = 0;
  store.subscribe(() => changes++);
  store.endProblem("slices");
  expect(changes).toBe(0);
});
