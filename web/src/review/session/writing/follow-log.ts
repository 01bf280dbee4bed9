/** What other pages drew, as the log has it, made on this page's masks. */
import type { LogEntry } from "#contract/workspace/review.ts";
import { base64ToBytes } from "#editing/patch/base64.ts";
import { decodePatch } from "#editing/patch/patch-codec.ts";
import type { Grid } from "#geometry/grid.ts";
import { emptyMask } from "#geometry/mask.ts";
import type { Drawn } from "../drawing.ts";
import type { ReplayedLog } from "../open-review.ts";
import { StructureModel } from "../structure-model.ts";

/** Entries that follow those that were made so far, in order. */
export function makeEntries(drawn: Drawn, entries: readonly LogEntry[], grid: Grid): void {
  for (const entry of entries) {
    if (entry.type === "structure") makeStructure(drawn, entry, grid);
    if (entry.type !== "edit") continue;
    const { stroke, level, ...edit } = entry;
    const patch = decodePatch(base64ToBytes(edit.patch), grid);
    modelOf(drawn, edit.structureId)?.apply(patch);
    drawn.history.replay({ ...edit, stroke, level, patch });
  }
}

/** Everything anew, as it was replayed from the whole log; what was out of sight stays so. */
export function makeAnew({ structures, removed, history }: Drawn, log: ReplayedLog): void {
  const hidden = new Set(structures.filter(({ visible }) => !visible).map(({ id }) => id));
  for (const structure of log.structures) structure.visible = !hidden.has(structure.id);
  structures.splice(0, structures.length, ...log.structures);
  removed.replace(log.removed);
  history.replace(log.history);
}

function modelOf({ structures, removed }: Drawn, id: string): StructureModel | undefined {
  return structures.find((structure) => structure.id === id) ?? removed.find(id);
}

function makeStructure(drawn: Drawn, entry: Extract<LogEntry, { type: "structure" }>, grid: Grid): void {
  const { structureId: id, name, structureType: type, colour, removed } = entry;
  const { structures } = drawn;
  const before = modelOf(drawn, id);
  const model = before ?? new StructureModel({ id, name, type, colour, beganWith: null }, emptyMask(grid));
  Object.assign(model, { name, type, colour });
  if (before === undefined) structures.push(model);
  const present = structures.includes(model);
  if (removed && present) drawn.removed.take(id);
  if (!removed && !present) drawn.removed.bringBack(id);
}
