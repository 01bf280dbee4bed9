/** Masks as the replay of a review's log: what a structure began with, and every patch since. */
import type { Selectable } from "kysely";
import type { LogEntry } from "#contract/workspace/review.ts";
import { base64ToBytes } from "#editing/patch/base64.ts";
import { applyPatch, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { decodePatch } from "#editing/patch/patch-codec.ts";
import type { Grid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { type CaseFolder, readMaskFile } from "#workspace/records/case-folder.ts";
import { automaticBySource, caseRow } from "#workspace/records/case-rows.ts";
import type { Db } from "#workspace/records/database.ts";
import type { StructureTable } from "#workspace/records/tables.ts";
import { gridOf } from "./plain-grid.ts";

/** The records of all cases and the folders of their files. */
type CaseRecords = { readonly db: Db; folderOf(caseId: string): CaseFolder };

export type StructureRow = Selectable<StructureTable>;
export type EditEntry = Extract<LogEntry, { type: "edit" }>;

/** Throws `invalid-value` for bytes that are no patch of this grid. */
export function patchOf(edit: Pick<EditEntry, "patch">, grid: Grid): MaskPatch {
  return decodePatch(base64ToBytes(edit.patch), grid);
}

/** The mask before any edit, the caller's own. */
export async function beganWith(
  workspace: CaseRecords,
  caseId: string,
  structure: StructureRow,
): Promise<Mask> {
  const grid = gridOf((await caseRow(workspace.db, caseId)).grid);
  // Reviews begin with an automatic contour or with nothing (reviews.ts).
  if (structure.began_with === null) return emptyMask(grid);
  const { model_digest } = await automaticBySource(workspace.db, caseId, structure.began_with);
  return readMaskFile(workspace.folderOf(caseId).automaticMask(model_digest), grid);
}

/** Of a structure, in order, after a place in the log; "0" is before the first. */
async function editsAfter(
  { db }: Pick<CaseRecords, "db">,
  structureId: string,
  after: string,
): Promise<{ readonly sequence: string; readonly edit: EditEntry }[]> {
  const rows = await db
    .selectFrom("log_entries")
    .select(["sequence", "entry"])
    .where("structure_id", "=", structureId)
    .where("type", "=", "edit")
    .where("sequence", ">", after)
    .orderBy("sequence")
    .execute();
  return rows.map(({ sequence, entry }) => ({ sequence, edit: entry as EditEntry }));
}

type Live = { readonly mask: Mask; readonly upTo: string };

/** Each is a byte for every voxel of a CT. */
const mostLive = 4;

/**
 * Masks of the structures that are worked on, kept so that only what came since is replayed. Signing does not use them: it
 * replays the whole log (versions.ts).
 */
export class LiveMasks {
  readonly #workspace: CaseRecords;
  readonly #live = new Map<string, Promise<Live>>();

  constructor(workspace: CaseRecords) {
    this.#workspace = workspace;
  }

  /** As the log is now. Shared, and changed in place by a later call: to be read at once, or copied. */
  async mask(caseId: string, structure: StructureRow): Promise<Mask> {
    const before = this.#live.get(structure.id);
    // One after another: a patch that two calls apply would undo itself.
    const next = this.#bringUpToDate(before, caseId, structure);
    this.#live.delete(structure.id);
    this.#live.set(structure.id, next);
    for (const id of this.#live.keys()) {
      if (this.#live.size <= mostLive) break;
      this.#live.delete(id);
    }
    return (await next).mask;
  }

  async #bringUpToDate(
    before: Promise<Live> | undefined,
    caseId: string,
    structure: StructureRow,
  ): Promise<Live> {
    const kept = await before?.catch(() => undefined);
    const { mask, upTo } = kept ?? {
      mask: await beganWith(this.#workspace, caseId, structure),
      upTo: "0",
    };
    const edits = await editsAfter(this.#workspace, structure.id, upTo);
    const patches = edits.map(({ edit }) => patchOf(edit, mask.grid));
    for (const patch of patches) applyPatch(mask, patch);
    return { mask, upTo: edits.at(-1)?.sequence ?? upTo };
  }
}
