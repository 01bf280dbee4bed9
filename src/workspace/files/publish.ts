/**
 * Makes what an attempt at a job wrote the case's own. Until then it lies apart: an attempt that was given up for lost and goes
 * on all the same can write over nothing that another one's row speaks of.
 */
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { filesBelow } from "./files-below.ts";

/** Moves each file of `attempt` to its place below `root`. Done twice, it is as done once. */
export async function publish(attempt: string, root: string): Promise<void> {
  for (const path of await filesBelow(attempt)) {
    const to = join(root, path);
    await mkdir(dirname(to), { recursive: true });
    await rename(join(attempt, path), to);
  }
}
