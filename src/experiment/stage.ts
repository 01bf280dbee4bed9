/**
 * A stage of the experiment: its result is one JSON file, written whole. A stage whose file is there is done; that the file
 * belongs to this experiment is what the folder's lock says (request.ts).
 */
import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
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
async function readStage<Result>(path: string): Promise<Result | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DelineateError(
      "file-unreadable",
      `${path} is damaged. Delete it, and run the same command again to compute it anew.`,
      { cause },
    );
  }
}

/** Between two pieces of work. Throws `cancelled`. */
export function stopIfAsked(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new DelineateError("cancelled", "Interrupted. Run the same command again to go on where it stopped.");
}
