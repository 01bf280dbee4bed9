import { expect, test } from "vitest";
import { quotedWords } from "./command-words.ts";

test.each([
  ["cohort/run-1", "cohort/run-1"],
  ["my cohort", "'my cohort'"],
  ["Lunge außen", "'Lunge außen'"],
  ["GTV.*", "'GTV.*'"],
  // Quotes end, a quote stands by itself, and they begin again.
  ["it's", "'it'\\''s'"],
])("%s is typed as %s", (word, typed) => {
  expect(quotedWords([word])).toEqual([typed]);
});
