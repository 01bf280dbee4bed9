import { expect, test } from "vitest";
import type { ReviewState } from "./review-state.ts";
import { ReviewStore } from "./review-store.ts";

test("of several problems the latest is shown; one that is said again and again hides no newer one, and each ends for itself", () => {
  const store = new ReviewStore({ problem: null } as ReviewState);
  store.raiseProblem("slices", "Slices are missing");
  store.raiseProblem("mask", "The server does not answer");
  store.raiseProblem("slices", "Slices are missing");
  expect(store.state.problem).toBe("The server does not answer");
  store.endProblem("mask");
  expect(store.state.problem).toBe("Slices are missing");
  store.raiseProblem("mask", "The server does not answer");
  store.dismissProblems();
  expect(store.state.problem).toBeNull();
  store.raiseProblem("slices", "Slices are missing");
  expect(store.state.problem).toBe("Slices are missing");
});
