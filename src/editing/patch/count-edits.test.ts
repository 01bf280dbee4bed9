import { expect, test } from "vitest";
import { countEdits } from "./count-edits.ts";

test("A stroke saved in three parts is one edit, undo and redo are none, an empty log has none", () => {
  const part = (id: string) => ({ id, kind: "brush" as const, stroke: "s" });
  expect(countEdits([])).toBe(0);
  expect(countEdits([part("a"), part("b"), part("c"), { id: "d", kind: "smooth" }])).toBe(2);
  expect(countEdits([part("a"), { id: "u", kind: "undo" }, { id: "r", kind: "redo" }])).toBe(1);
});
