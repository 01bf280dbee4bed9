/** The pen without a page: what the model's threshold does to a contour in which a person drew. */
import { afterEach, expect, test, vi } from "vitest";
import type { LogEntry } from "#contract/workspace/review.ts";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import { bytesToBase64 } from "#editing/patch/base64.ts";
import { encodePatch } from "#editing/patch/patch-codec.ts";
import { packRegion } from "#editing/region-cut/region-codec.ts";
import type { Region } from "#editing/region-cut/segment-region.ts";
import { clearSlice } from "#editing/tools/copy-slice.ts";
import { insideFrom } from "#geometry/confidence.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { type Mask, maskSlice, maskWhere } from "#geometry/mask.ts";
import type { CtAnatomy } from "./ct/ct-anatomy.ts";
import type { CtStore } from "./ct/ct-store.ts";
import { Drawing } from "./drawing.ts";
import { ComputedEdits } from "./edits/computed-edits.ts";
import { thresholdEdit } from "./edits/threshold-edit.ts";
import { History } from "./history.ts";
import type { MaskSources } from "./mask-sources.ts";
import { CombinedEdits } from "./other-structures/combined-edits.ts";
import type { WorkRecord } from "./record/work-record.ts";
import type { ReviewState } from "./review-state.ts";
import { ReviewStore } from "./review-store.ts";
import { StructureModel } from "./structure-model.ts";
import { makeAnew, makeEntries } from "./writing/follow-log.ts";
import { LateStrokes } from "./writing/late-strokes.ts";
import type { WritingTurn } from "./writing/writing-turn.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const grid = createGrid([20, 20, 5], [1, 1, 3], patientPoint(0, 0, 0));
const area = 400;
/** The model's contour at a level: rows of each slice from the first up to one of them. */
const contourAt = (level: number) => maskWhere(grid, (at) => Math.floor((at % area) / 20) < level / 16);

function open() {
  const log: LogEntry[] = [];
  /** Entries of each change. */
  const logged: number[] = [];
  const store = new ReviewStore({
    template: {
      name: "Clinic",
      structures: [
        { name: "GTVn", type: "GTV", colour: [1, 2, 3], description: "" },
        { name: "Heart", type: "ORGAN", colour: [4, 5, 6], description: "" },
      ],
    },
    detail: { automatic: null, grid: { size: grid.size }, summary: { id: "case" } },
    cursor: [10, 10, 2],
    editable: true,
    brush: { radiusMm: 2, shape: "disc", gate: null },
    comparison: null,
    comparisonRevision: 0,
    triedLevel: null,
  } as unknown as ReviewState);
  const structure = new StructureModel(
    { id: "gtv", name: "GTVp", type: "GTV", colour: [255, 0, 0], beganWith: "automatic:a" },
    contourAt(insideFrom),
  );
  const pen = new Drawing({
    structures: [structure],
    removed: [],
    history: new History(),
    ct: { grid, hu: new Int16Array(voxelCount(grid)) },
    store,
    log: (...entries) => {
      log.push(...entries);
      logged.push(entries.length);
    },
  });
  return { pen, store, log, logged, slice: (k: number) => maskSlice(structure.mask, k) };
}

const threshold = (level: number, edited = 0) => thresholdEdit(contourAt, level, edited);

test("a slice that a person drew in stays as it is at every threshold, the others follow the model", () => {
  const { pen, store, slice } = open();
  pen.beginStroke("brush");
  pen.extendStroke("axial", voxelPoint(10, 15, 2), voxelPoint(14, 15, 2));
  pen.endStroke();
  const drawn = slice(2).slice();
  for (const level of [64, 200, insideFrom]) {
    pen.run(threshold(level, pen.editedSlices.length));
    expect(slice(2)).toEqual(drawn);
    expect(slice(1)).toEqual(maskSlice(contourAt(level), 1));
    expect(store.state).toMatchObject({
      appliedLevel: level,
      notice: "Threshold applied; 1 slice that you edited stays as it is",
    });
  }
});

test("what was computed meanwhile waits for the end of a stroke, which is drawn to its end", async () => {
  const { pen, slice, log } = open();
  pen.beginStroke("brush");
  pen.extendStroke("axial", voxelPoint(10, 15, 2), voxelPoint(14, 15, 2));
  const computed = pen
    .whenUp()
    .then(() => pen.run({ kind: "clear-slice", nothing: "", change: ({ mask }) => clearSlice(mask, 1) }));
  await Promise.resolve();
  pen.extendStroke("axial", voxelPoint(14, 15, 2), voxelPoint(17, 15, 2));
  pen.endStroke();
  await computed;
  expect(log).toMatchObject([{ kind: "brush" }, { kind: "clear-slice" }]);
  expect(slice(2)[17 + 20 * 15]).toBe(1);
  expect(slice(1).includes(1)).toBe(false);
  await pen.whenUp();
});

test("a combination whose other structure comes while a stroke is drawn is made after it, and is not lost", async () => {
  const { pen, store, log } = open();
  const [asked, other] = [Promise.withResolvers<void>(), Promise.withResolvers<Mask>()];
  const load = (): Promise<Mask> => {
    asked.resolve();
    return other.promise;
  };
  const combining = new CombinedEdits(store, pen, { load } as unknown as MaskSources);
  const done = combining.combine({ how: "difference", otherId: "imported:1", distancesMm: [], into: null });
  await asked.promise;
  pen.beginStroke("brush");
  pen.extendStroke("axial", voxelPoint(10, 15, 2), voxelPoint(14, 15, 2));
  other.resolve(contourAt(200));
  await new Promise((come) => setTimeout(come, 0));
  pen.endStroke();
  await done;
  expect(log).toMatchObject([{ kind: "brush" }, { kind: "difference" }]);
});

/** Asks the server for what lies in a box round the whole CT, and says what it finds when it is told to. */
function findInBox({ pen, store }: ReturnType<typeof open>) {
  const answer = Promise.withResolvers<void>();
  const region: Region = {
    box: { from: [0, 0, 0], to: grid.size },
    inside: new Uint8Array(voxelCount(grid)),
  };
  region.inside.fill(1);
  vi.stubGlobal("fetch", async () => {
    await answer.promise;
    return Response.json(packRegion(region));
  });
  const ct = { grid, hu: new Int16Array(voxelCount(grid)) } as unknown as CtStore;
  const parts = { store, ct, pen, anatomy: {} as CtAnatomy, sources: {} as MaskSources };
  const done = new ComputedEdits(parts).segmentBox({ from: [0, 0, 0], to: [19, 19, 4] });
  return { done, answer: () => answer.resolve() };
}

test("what is found in a box is drawn in the structure that it was asked for, and the one chosen since stays chosen", async () => {
  const session = open();
  const { pen, log, slice } = session;
  const box = findInBox(session);
  const nodes = pen.add("GTVn", "GTV");
  box.answer();
  await box.done;
  expect(log.at(-1)).toMatchObject({ kind: "segment-box", structureId: "gtv" });
  expect(slice(2)[10 + 20 * 15]).toBe(1);
  expect(pen.active.id).toBe(nodes);
});

test("what is found for a structure that was removed meanwhile is drawn in no other, and the person is told", async () => {
  const session = open();
  const { pen, store } = session;
  const box = findInBox(session);
  pen.add("GTVn", "GTV");
  pen.remove("gtv");
  box.answer();
  await box.done;
  expect(pen.active.mask.data.includes(1)).toBe(false);
  expect(store.state.problem).toContain("removed meanwhile");
});

test("what is computed when the page writes no more is drawn nowhere, and the person is told", async () => {
  const session = open();
  const { pen, store, log } = session;
  const combining = new CombinedEdits(store, pen, {
    load: async () => contourAt(64),
  } as unknown as MaskSources);
  const combination = { how: "union", otherId: "imported:1", distancesMm: [] } as const;
  const begun = [
    () => findInBox(session),
    () => ({ answer: () => undefined, done: combining.combine({ ...combination, into: null }) }),
    () => ({
      answer: () => undefined,
      done: combining.combine({ ...combination, into: { name: "GTVn", type: "GTV" } }),
    }),
  ];
  for (const begin of begun) {
    store.change({ editable: true });
    const { answer, done } = begin();
    store.change({ editable: false });
    answer();
    await done;
    expect(store.state.problem).toContain("stopped writing before this was computed");
    store.dismissProblems();
  }
  expect([log, pen.structures.length]).toEqual([[], 1]);
});

test("a slice that a person cleared stays empty, and is the model's again once that is undone", () => {
  const { pen, slice } = open();
  pen.run({ kind: "clear-slice", nothing: "", change: ({ mask }) => clearSlice(mask, 2) });
  pen.run(threshold(64));
  expect(slice(2).includes(1)).toBe(false);
  pen.undo();
  pen.undo();
  pen.run(threshold(64));
  expect(slice(2)).toEqual(maskSlice(contourAt(64), 2));
});

test("the threshold that was applied is in the log, and undo goes back to the one before", () => {
  const { pen, store, log } = open();
  pen.run(threshold(64));
  pen.run(threshold(32));
  expect(log).toMatchObject([
    { kind: "threshold", level: 64 },
    { kind: "threshold", level: 32 },
  ]);
  pen.undo();
  expect(store.state.appliedLevel).toBe(64);
  pen.undo();
  expect(store.state.appliedLevel).toBe(insideFrom);
  pen.redo();
  expect(store.state.appliedLevel).toBe(64);
});

test("a threshold that is tried is neither saved nor left behind by the next stroke", () => {
  const { pen, log, slice } = open();
  pen.preview(threshold(64));
  expect(slice(1)).toEqual(maskSlice(contourAt(64), 1));
  pen.beginStroke("brush");
  expect(slice(1)).toEqual(maskSlice(contourAt(insideFrom), 1));
  expect(log).toEqual([]);
});

test("a target is made in the structure of its name and type, and one of another type that has its name stays as it is", () => {
  const { pen } = open();
  const organ = pen.add("ctv", "ORGAN");
  const worked: string[] = [];
  const work = (): void => void worked.push(pen.active.name);
  expect(() => pen.workOn({ name: "CTV", type: "CTV" }, work)).toThrow(/ctv is of type ORGAN .* rename it/);
  pen.rename(organ, "Heart");
  pen.add("ptv", "PTV");
  for (const type of ["CTV", "PTV"] as const) pen.workOn({ name: type, type }, work);
  expect(worked).toEqual(["CTV", "ptv"]);
  expect(pen.structures.map(({ name }) => name)).toEqual(["GTVp", "Heart", "ptv", "CTV"]);
});

test("a structure that was removed comes back with undo, its own edits still to be undone", () => {
  const { pen, store, log, slice } = open();
  pen.run({ kind: "clear-slice", nothing: "", change: ({ mask }) => clearSlice(mask, 2) });
  pen.add("GTVn", "GTV");
  pen.remove("gtv");
  expect(store.state).toMatchObject({ structures: [{ name: "GTVn" }], undoes: "removal of a structure" });
  pen.undo();
  expect(store.state.structures.map(({ name }) => name)).toEqual(["GTVp", "GTVn"]);
  pen.undo();
  expect(slice(2)).toEqual(maskSlice(contourAt(insideFrom), 2));
  expect(
    log.map((entry) => ("kind" in entry ? entry.kind : entry.type === "structure" && entry.removed)),
  ).toEqual(["clear-slice", false, true, "remove-structure", false, "undo", "undo"]);
});

test("a log that breaks off between the two entries of a removal, or of its undo, is followed, and removes no other structure", () => {
  for (const undone of [0, 1, 2, 3]) {
    const writer = open();
    writer.pen.add("GTVn", "GTV");
    writer.pen.remove("gtv");
    for (let step = 0; step < undone; step++) step % 2 === 0 ? writer.pen.undo() : writer.pen.redo();
    expect(writer.logged).toEqual([1, ...Array(1 + undone).fill(2)]);
    const reader = open();
    const follow = (entry: LogEntry): void => reader.pen.follow((drawn) => makeEntries(drawn, [entry], grid));
    for (const entry of writer.log.slice(0, -1)) follow(entry);
    const names = (): string[] => reader.pen.structures.map(({ name }) => name);
    expect(names()).toEqual(writer.pen.structures.map(({ name }) => name));
    for (const turn of [() => reader.pen.undo(), () => reader.pen.redo(), () => reader.pen.redo()]) turn();
    expect(names()).toContain("GTVn");
  }
});

test("a removal is made again with redo, and the pen goes to a structure that is there", () => {
  const { pen, store } = open();
  pen.add("GTVn", "GTV");
  pen.activate("gtv");
  pen.remove("gtv");
  pen.undo();
  pen.activate("gtv");
  pen.redo();
  expect(store.state.structures.map(({ name }) => name)).toEqual(["GTVn"]);
  expect(pen.active.name).toBe("GTVn");
});

test("a removed structure whose name another one has now stays removed, and the person is told what to do", () => {
  const { pen, store } = open();
  pen.add("GTVn", "GTV");
  pen.remove("gtv");
  pen.rename(pen.active.id, "gtvP");
  pen.undo();
  expect(store.state).toMatchObject({
    structures: [{ name: "gtvP" }],
    undoes: "removal of a structure",
    problem: "Rename gtvP first: the structure that was removed has this name.",
  });
});

test("a structure of a template's name has its colour, when it is added and when it is renamed, and its type never changes", () => {
  const { pen, log } = open();
  pen.add("Heart", "ORGAN");
  pen.add("Other", "GTV");
  pen.rename(pen.active.id, "GTVn");
  pen.rename("gtv", "Heart");
  expect(
    log.map((entry) => entry.type === "structure" && [entry.name, entry.structureType, entry.colour]),
  ).toEqual([
    ["Heart", "ORGAN", [4, 5, 6]],
    ["Other", "GTV", [255, 64, 64]],
    ["GTVn", "GTV", [1, 2, 3]],
    ["Heart", "GTV", [255, 0, 0]],
  ]);
});

test("a structure as the log has it is never taken for what was drawn here, after as many changes", () => {
  const { pen, store, slice } = open();
  pen.run({ kind: "clear-slice", nothing: "", change: ({ mask }) => clearSlice(mask, 1) });
  const [{ revision, ...gtv }] = store.state.structures;
  expect(slice(1).includes(1)).toBe(false);
  const anew = new StructureModel({ ...gtv, colour: [...gtv.colour] }, contourAt(insideFrom));
  anew.apply(clearSlice(anew.mask, 2));
  pen.follow((drawn) => makeAnew(drawn, { structures: [anew], removed: [], history: new History() }));
  expect(store.state.structures[0].revision).toBeGreaterThan(revision);
});

test("late strokes wait for the end of a stroke and are settled only once they are drawn", async () => {
  const { pen, store, log } = open();
  const id = crypto.randomUUID();
  const at = "2026-01-01T00:00:00Z";
  const review = {
    ...{ id, caseId: id, start: "assisted", reviewer: "Ann", state: "open", beganAt: at, activeMs: 0 },
    ...{
      seenSlices: [],
      structures: [],
      removedStructures: [],
      decisions: [],
      edits: [],
      logLength: 0,
      late: [],
    },
  };
  vi.stubGlobal("fetch", async () => Response.json(review));
  const patch = bytesToBase64(encodePatch(clearSlice({ grid, data: contourAt(insideFrom).data }, 1)));
  const edit = {
    id: crypto.randomUUID(),
    at,
    type: "edit",
    structureId: "gtv",
    kind: "clear-slice",
    patch,
  } as const;
  const piece = { id, reviewer: "Ben", after: 0, entries: [edit] };
  store.change({ late: [piece], reviewId: id });
  const settled: number[] = [];
  const late = new LateStrokes({
    ...{ store, pen, sources: { load: async () => contourAt(insideFrom) } as unknown as MaskSources },
    record: { flush: async () => undefined } as unknown as WorkRecord,
    turn: { decide: async () => settled.push(log.length) } as unknown as WritingTurn,
  });
  pen.beginStroke("brush");
  pen.extendStroke("axial", voxelPoint(10, 15, 2), voxelPoint(14, 15, 2));
  const added = late.add(piece);
  for (let turn = 0; turn < 5; turn++) await new Promise((come) => setTimeout(come, 0));
  expect([settled, store.state.late]).toEqual([[], [piece]]);
  pen.endStroke();
  await added;
  expect(log).toMatchObject([{ kind: "brush" }, { id: edit.id, kind: "clear-slice" }]);
  expect([settled, store.state.late, store.state.problem]).toEqual([[2], [], undefined]);
  store.change({ late: [piece], editable: false });
  await late.add(piece);
  expect([settled, store.state.late]).toEqual([[2], [piece]]);
  expect(store.state.problem).toContain("still on offer");
  const other = { ...edit, id: crypto.randomUUID() };
  store.change({ editable: true });
  pen.undo();
  pen.undo();
  pen.preview(threshold(64));
  await late.add({ ...piece, entries: [other] });
  // The whole slice, not what was left of it at the threshold that was tried.
  expect([log.at(-1)?.id, maskSlice(pen.active.mask, 1).includes(1)]).toEqual([other.id, false]);
});

test("the pen does not draw unseen: a structure that is hidden comes into sight", () => {
  const { pen, store } = open();
  pen.show("gtv", false);
  pen.run({ kind: "freehand-subtract", nothing: "", change: ({ mask }) => clearSlice(mask, 1) });
  expect(store.state.structures[0].visible).toBe(true);
  pen.show("gtv", false);
  pen.beginStroke("brush");
  expect(store.state.structures[0].visible).toBe(true);
});
