import { expect, test } from "vitest";
import type { LogEntry } from "#contract/workspace/review.ts";
import { standingEdits } from "./standing-edits.ts";

type EditEntry = Extract<LogEntry, { type: "edit" }>;
const edit = (id: string, kind: EditEntry["kind"], more: Partial<EditEntry> = {}): EditEntry => ({
  ...{ id, at: "2026-01-01T00:00:00Z", type: "edit", structureId: "gtv", patch: "", kind },
  ...more,
});
const kindsOf = (piece: readonly EditEntry[], log: readonly EditEntry[] = []) => [
  ...standingEdits(piece, log),
];

test("what a piece takes back itself does not stand, and what it makes again does", () => {
  const undo = edit("u", "undo", { of: "b" });
  expect(kindsOf([edit("a", "brush"), edit("b", "eraser"), undo])).toEqual([["a", "brush"]]);
  expect(kindsOf([edit("b", "eraser"), undo, edit("r", "redo", { of: "b" })])).toEqual([["b", "eraser"]]);
});

test("a stroke in parts is taken back whole", () => {
  const parts = [edit("a", "brush", { stroke: "s" }), edit("b", "brush", { stroke: "s" })];
  expect(kindsOf([...parts, edit("u", "undo", { of: "a" })])).toEqual([]);
});

test("to take back what was in the log before the piece is a change of that kind", () => {
  expect(kindsOf([edit("u", "undo", { of: "x" })], [edit("x", "threshold")])).toEqual([["u", "threshold"]]);
});
