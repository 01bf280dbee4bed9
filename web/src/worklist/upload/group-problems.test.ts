import { expect, test } from "vitest";
import { groupProblems } from "./group-problems.ts";

test("the same sentence is said once with how often, in the order in which they came", () => {
  expect(groupProblems(["One image.", "Damaged.", "One image.", "One image."])).toEqual([
    "One image. (3 times)",
    "Damaged.",
  ]);
  expect(groupProblems([])).toEqual([]);
});
