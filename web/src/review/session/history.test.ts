import { expect, test } from "vitest";
import type { EditKind } from "#contract/workspace/edit-kinds.ts";
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { History, type Step } from "./history.ts";

const voxel = (i: number, k = 0): MaskPatch => [
  { k, i0: i, j0: 0, width: 1, height: 1, flips: Uint8Array.of(1) },
];
const step = (id: string, patch: MaskPatch, kind: EditKind = "brush", stroke?: string): Step => ({
  id,
  structureId: "gtv",
  kind,
  stroke,
  patch,
});

test("undo and redo walk back and forth over all steps, and a new step ends what could be redone", () => {
  const history = new History();
  for (const id of ["a", "b", "c"]) history.add(step(id, voxel(1)));
  expect([history.undo()?.id, history.undo()?.id, history.redo()?.id]).toEqual(["c", "b", "b"]);
  history.add(step("d", voxel(1)));
  expect(history.next).toBeUndefined();
  expect([history.undo()?.id, history.undo()?.id, history.undo()?.id, history.undo()?.id]).toEqual([
    "d",
    "b",
    "a",
    undefined,
  ]);
});

test("parts of one stroke are undone together", () => {
  const history = new History();
  history.add(step("a", voxel(1), "brush", "stroke"));
  history.add(step("b", voxel(2), "brush", "stroke"));
  const undone = history.undo();
  expect(undone?.id).toBe("a");
  expect(undone?.patch).toEqual([{ k: 0, i0: 1, j0: 0, width: 2, height: 1, flips: Uint8Array.of(1, 1) }]);
  expect(history.last).toBeUndefined();
});

test("a saved log replays to the same steps", () => {
  const history = new History();
  for (const [id, kind] of [
    ["a", "brush"],
    ["b", "smooth"],
    ["u", "undo"],
    ["v", "undo"],
    ["w", "redo"],
  ] as const) {
    history.replay(step(id, voxel(1), kind));
  }
  expect([history.last?.id, history.next?.id]).toEqual(["a", "b"]);
  expect(history.redo()?.id).toBe("b");
});

test("what stands is counted by its kind, without what was undone and what other structures have", () => {
  const history = new History();
  for (const id of ["a", "b"]) history.add(step(id, voxel(1)));
  history.add(step("c", voxel(1), "smooth"));
  history.add(step("d", voxel(1)));
  history.add(step("e", voxel(1), "margin"));
  history.undo();
  expect([...history.countsOf("gtv")]).toEqual([
    ["smooth", 1],
    ["brush", 3],
  ]);
  expect(history.countsOf("other").size).toBe(0);
});

test("interpolation takes the slices that a person drew as given, not those that an operation filled", () => {
  const history = new History();
  history.add(step("a", voxel(1, 9)));
  history.add(step("b", voxel(1, 5), "freehand-add"));
  history.add(step("c", voxel(1, 7), "interpolate"));
  expect(history.drawnSlices("gtv")).toEqual([5, 9]);
  expect(history.drawnSlices("other")).toEqual([]);
});
