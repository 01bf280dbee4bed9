/** The thread that keeps the masks of structures under review: live-masks.ts sends what came since, and says what to forget. */
import { parentPort } from "node:worker_threads";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { emptyMask, type Mask, uniteMasks, volumeCc } from "#geometry/mask.ts";
import { deflateVoxels, readMaskFile } from "#workspace/records/case-folder.ts";
import { gridOf, type PlainGrid } from "./plain-grid.ts";
import { patchOf } from "./replay.ts";

export type LiveTask = {
  readonly grid: PlainGrid;
  /** Structures with the patches that came since they were replayed last, base64. */
  readonly replays: readonly {
    readonly id: string;
    /** What it began with; null for nothing. */
    readonly beganFile: string | null;
    readonly patches: readonly string[];
  }[];
  /** The volume of each, of all together, or the bytes of the first. */
  readonly wanted: "volumes" | "united" | "deflated";
  /** Structures whose masks are let go afterwards. */
  readonly forget: readonly string[];
};

export type LiveAnswer =
  | { readonly volumesCc: readonly number[]; readonly bytes: Uint8Array }
  | { readonly error: Error };

const live = new Map<string, Mask>();

async function answerTo(task: LiveTask): Promise<LiveAnswer> {
  const grid = gridOf(task.grid);
  const masks: Mask[] = [];
  for (const { id, beganFile, patches } of task.replays) {
    const mask = live.get(id) ?? (beganFile === null ? emptyMask(grid) : await readMaskFile(beganFile, grid));
    live.set(id, mask);
    for (const patch of patches) applyPatch(mask, patchOf({ patch }, grid));
    masks.push(mask);
  }
  for (const id of task.forget) live.delete(id);
  if (task.wanted === "deflated")
    return { volumesCc: [], bytes: new Uint8Array(await deflateVoxels(masks[0].data)) };
  const measured = task.wanted === "united" && masks.length !== 1 ? [uniteMasks(grid, masks)] : masks;
  return { volumesCc: measured.map(volumeCc), bytes: new Uint8Array() };
}

/** One task at a time: the next is sent when this one is answered. */
parentPort?.on("message", (task: LiveTask) => {
  answerTo(task).then(
    (answer) => parentPort?.postMessage(answer),
    (error: unknown) => parentPort?.postMessage({ error }),
  );
});
