/**
 * Makes what an attempt at a job wrote the case's own. Until then it lies apart: an attempt that was given up for lost and goes
 * on all the same can write over nothing that another one's row speaks of.
 */
import { mkdir, readdir, rename } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/**
 * Moves each file of `attempt` to its place below `root`. Within the transaction that records the result, when the job is known
 * to be this attempt's: another one waits for the row. Done twice, it is as done once.
 */
export async function publish(attempt: string, root: string): Promise<void> {
  const entries = await readdir(attempt, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const from = join(entry.parentPath, entry.name);
    const to = join(root, relative(attempt, from));
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  }
}
