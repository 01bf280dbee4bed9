import { expect, test } from "vitest";
import { countEdits, whatWasDone } from "./count-edits.ts";

test("A stroke saved in three parts is one edit, undo and redo are none, an empty log has none", () => {
  const part = (id: string) => ({ id, kind: "brush" as const, stroke: "s" });
  expect(countEdits([])).toBe(0);
  expect(countEdits([part("a"), part("b"), part("c"), { id: "d", kind: "smooth" }])).toBe(2);
  expect(countEdits([part("a"), { id: "u", kind: "undo" }, { id: "r", kind: "redo" }])).toBe(1);
});

test("What was done is listed in the log's words in the order of its beginning, strokes once, undoing too", () => {
  const part = (id: string) => ({ id, kind: "nudge" as const, stroke: "s" });
  const log = [part("a"), { id: "g", kind: "grow" as const }, part("b"), { id: "u", kind: "undo" as const }];
  expect(whatWasDone([...log, { id: "h", kind: "grow" as const }])).toEqual([
    { words: "nudge of the border", count: 1 },
    { words: "growth", count: 2 },
    { words: "undo", count: 1 },
  ]);
});
