/**
 * A stage of the experiment: its result is one JSON file, written whole. A stage whose file is there is done; that the file
 * belongs to this experiment is what the folder's lock says (request.ts).
 */
import { z } from "zod";
import { DelineateError } from "#core/errors.ts";
import { readOwnJson } from "#platform/own-json.ts";
import { writeFileAtomic } from "#platform/write-file.ts";

/**
 * The stage's result from its file, or computed and written. Of two processes that compute it the first one's counts. `Result`
 * must survive JSON. Throws `file-unreadable`.
 */
export async function stage<Result>(path: string, compute: () => Promise<Result>): Promise<Result> {
  const before = await readStage<Result>(path);
  if (before !== undefined) return before;
  const result = await compute();
  const meanwhile = await readStage<Result>(path);
  if (meanwhile !== undefined) return meanwhile;
  await writeFileAtomic(path, `${JSON.stringify(result)}\n`);
  return result;
}

/** Undefined where there is none yet. */
function readStage<Result>(path: string): Promise<Result | undefined> {
  return readOwnJson(path, {
    // Written by this program alone: what is JSON has its shape.
    schema: z.custom<Result>((value) => value !== undefined),
    said: "what was computed",
    remedy: "Delete it, and run the same command again to compute it anew.",
    code: "file-unreadable",
  });
}

/** Between two pieces of work. Throws `cancelled`. */
export function stopIfAsked(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new DelineateError("cancelled", "Interrupted. Run the same command again to go on where it stopped.");
}
