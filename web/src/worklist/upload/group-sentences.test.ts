import { expect, test } from "vitest";
import { groupSentences } from "./group-sentences.ts";

test("the same sentence is said once with how often, in the order in which they came", () => {
  expect(groupSentences(["One image.", "Damaged.", "One image.", "One image."])).toEqual([
    "One image. (3 times)",
    "Damaged.",
  ]);
  expect(groupSentences([])).toEqual([]);
});
