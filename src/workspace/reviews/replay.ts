/** The edits of a review's log as patches: a structure is what it began with, and every patch since. */
import type { Selectable } from "kysely";
import type { LogEntry } from "#contract/workspace/review.ts";
import { base64ToBytes } from "#editing/patch/base64.ts";
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { decodePatch } from "#editing/patch/patch-codec.ts";
import type { Grid } from "#geometry/grid.ts";
import type { StructureTable } from "#workspace/records/tables.ts";

export type StructureRow = Selectable<StructureTable>;
export type EditEntry = Extract<LogEntry, { type: "edit" }>;

/** Throws `invalid-value` for bytes that are no patch of this grid. */
export function patchOf(edit: Pick<EditEntry, "patch">, grid: Grid): MaskPatch {
  return decodePatch(base64ToBytes(edit.patch), grid);
}
