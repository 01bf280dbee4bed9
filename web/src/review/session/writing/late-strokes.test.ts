import { afterEach, expect, test, vi } from "vitest";
import type { LogEntry } from "#contract/workspace/review.ts";
import { patientPoint } from "#core/coordinates.ts";
import { bytesToBase64 } from "#editing/patch/base64.ts";
import { encodePatch } from "#editing/patch/patch-codec.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { emptyMask } from "#geometry/mask.ts";
import { Drawing } from "../drawing.ts";
import { History } from "../history.ts";
import type { MaskSources } from "../mask-sources.ts";
import { changesIn } from "../record/autosave.ts";
import type { WorkRecord } from "../record/work-record.ts";
import type { ReviewState } from "../review-state.ts";
import { ReviewStore } from "../review-store.ts";
import { StructureModel } from "../structure-model.ts";
import { makeEntries } from "./follow-log.ts";
import { LateStrokes } from "./late-strokes.ts";
import type { WritingTurn } from "./writing-turn.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

type EditEntry = Extract<LogEntry, { type: "edit" }>;

const grid = createGrid([20, 20, 5], [1, 1, 3], patientPoint(0, 0, 0));
const at = "2026-01-01T00:00:00Z";
const [gtv, ctv] = [crypto.randomUUID(), crypto.randomUUID()];
const square = { k: 1, i0: 5, j0: 5, width: 4, height: 4, flips: new Uint8Array(16).fill(1) };
const patch = bytesToBase64(encodePatch([square]));
const edit = (kind: EditEntry["kind"], more: Partial<EditEntry>): EditEntry => ({
  ...{ id: crypto.randomUUID(), at, type: "edit", structureId: ctv, kind, patch },
  ...more,
});

/** The writer's page, which shows what the log comes to. */
function open(log: readonly LogEntry[]) {
  const store = new ReviewStore({
    ...{ template: { name: "", structures: [] }, detail: { automatic: null, grid: { size: grid.size } } },
    ...{ cursor: [10, 10, 2], editable: true, comparison: null, comparisonRevision: 0, triedLevel: null },
    ...{ reviewId: crypto.randomUUID(), late: [] },
  } as unknown as ReviewState);
  const structure = (id: string, name: string, type: "GTV" | "CTV") =>
    new StructureModel({ id, name, type, colour: [255, 0, 0], beganWith: null }, emptyMask(grid));
  const logged: LogEntry[] = [];
  const pen = new Drawing({
    ...{ structures: [structure(gtv, "GTVp", "GTV"), structure(ctv, "CTVp", "CTV")], removed: [] },
    ...{ history: new History(), ct: { grid, hu: new Int16Array(voxelCount(grid)) }, store },
    log: (...entries) => logged.push(...entries),
  });
  pen.follow((drawn) => makeEntries(drawn, log, grid));
  const edits = log.filter((entry) => entry.type === "edit");
  const review = {
    ...{ id: gtv, caseId: gtv, start: "manual", reviewer: "Ann", state: "open", beganAt: at, activeMs: 0 },
    ...{ seenSlices: [], structures: [], removedStructures: [], decisions: [], late: [] },
    ...{ edits, logLength: log.length },
  };
  vi.stubGlobal("fetch", async (path: string) => Response.json(path.includes("/log") ? log : review));
  const late = new LateStrokes({
    ...{ store, pen, sources: {} as MaskSources },
    record: { flush: async () => undefined } as unknown as WorkRecord,
    turn: { decide: async () => undefined } as unknown as WritingTurn,
  });
  const add = (entries: LogEntry[], after: number) =>
    late.add({ id: crypto.randomUUID(), reviewer: "Ann", after, entries });
  return { store, pen, logged, add };
}

test("a margin that was taken back, or made again, too late says what it was made of: the log takes no other", async () => {
  const sides = { left: 5, right: 5, anterior: 5, posterior: 5, superior: 5, inferior: 5 };
  const derivation = {
    ...{ sources: [{ structureId: gtv, fingerprint: "0".repeat(16) }], marginsMm: sides, origin: null },
    ...{ trimmedToBody: true, boneIsBarrier: true, barriers: [], made: "0".repeat(16), madeAt: at },
  };
  const margin = edit("margin", { derivation });
  const undo = edit("undo", { of: margin.id });
  const { pen, logged, add, store } = open([margin]);
  await add([undo], 1);
  expect(store.state.problem).toBeUndefined();
  expect(pen.structure(ctv).mask.data.includes(1)).toBe(false);
  expect(logged).toMatchObject([{ id: undo.id, kind: "margin", derivation }]);
  const again = open([margin, undo]);
  await again.add([edit("redo", { of: margin.id })], 2);
  expect(again.pen.structure(ctv).sliceVoxels[1]).toBe(16);
  expect(again.logged).toMatchObject([{ kind: "margin", derivation }]);
});

test("an unlinking that was taken back too late stands as the log has it", async () => {
  const unlink = edit("unlink", { patch: bytesToBase64(encodePatch([])), derivation: null });
  const { logged, add } = open([unlink]);
  await add([{ ...unlink, id: crypto.randomUUID(), kind: "undo", of: unlink.id, derivation: undefined }], 1);
  expect(logged).toMatchObject([{ kind: "unlink", derivation: null }]);
});

const named = (structureId: string, name: string): LogEntry => ({
  ...{ id: crypto.randomUUID(), at, type: "structure", structureId, name, structureType: "GTV" },
  ...{ colour: [1, 2, 3], removed: false },
});

test("a structure is called as it was last, a new one as well, but for one that the writer named meanwhile", async () => {
  const node = crypto.randomUUID();
  const piece = [named(gtv, "GTVn"), named(node, "GTV2"), named(node, "GTVnode")];
  const namesAfter = async (log: readonly LogEntry[], after: number) => {
    const { pen, add, store } = open(log);
    await add(piece, after);
    expect(store.state.problem).toBeUndefined();
    return pen.structures.map(({ name }) => name);
  };
  const [drawn, byWriter] = [edit("brush", {}), named(gtv, "GTVleft")];
  expect(changesIn({ entries: piece })).toBe(3);
  expect(await namesAfter([drawn], 1)).toEqual(["GTVn", "CTVp", "GTVnode"]);
  // Named so before they were drawn, or since.
  expect(await namesAfter([byWriter, drawn], 1)).toEqual(["GTVn", "CTVp", "GTVnode"]);
  expect(await namesAfter([drawn, byWriter], 1)).toEqual(["GTVleft", "CTVp", "GTVnode"]);
});
