/**
 * Where one attempt at a training works when several processes may: in a folder of its own beside the training's, so that an
 * attempt that was given up for lost and goes on all the same writes into nothing that another one reads. A later attempt takes
 * an earlier one's checkpoint by renaming its folder: from then on the earlier one finds its folder gone.
 */
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { exists } from "#platform/missing.ts";
import { trainedFile } from "./train-networks.ts";

/** `name`: of the attempt, unique. */
export function attemptFolder(training: string, name: string): string {
  return `${training}.${name}`;
}

/** Whether the training is done. */
export function isTrained(training: string): Promise<boolean> {
  return exists(join(training, trainedFile));
}

/** Brings the newest checkpoint that there is of the training to `attempt`, with its logs; what has none goes. */
export async function takeUp(training: string, attempt: string): Promise<void> {
  for (;;) {
    const [newest, ...others] = await leftBehind(training);
    if (newest === undefined) return;
    for (const { folder } of others) await rm(folder, { recursive: true, force: true });
    if (newest.savedMs === undefined) return rm(newest.folder, { recursive: true, force: true });
    await rm(attempt, { recursive: true, force: true });
    if (await moved(newest.folder, attempt)) return;
  }
}

/** An attempt that stopped at a checkpoint: the next one, by whichever way, goes on from there. */
export async function layDown(training: string, attempt: string): Promise<void> {
  // Taken up by another one while it stood still, its last files made the folder anew: they are no training without the rest.
  if (!(await exists(join(attempt, "checkpoint.safetensors"))))
    return rm(attempt, { recursive: true, force: true });
  await moved(attempt, training);
}

/**
 * An attempt that is done becomes the training, and what is left of others goes. The caller knows that the job is still its own.
 * Done twice, it is as done once.
 */
export async function conclude(training: string, attempt: string): Promise<void> {
  if (!(await isTrained(training))) {
    await rm(training, { recursive: true, force: true });
    await rename(attempt, training);
  }
  for (const { folder } of await leftBehind(training))
    if (folder !== training) await rm(folder, { recursive: true, force: true });
}

type LeftBehind = { readonly folder: string; readonly savedMs: number | undefined };

/** The training's own folder and its attempts', that with the newest checkpoint first. */
async function leftBehind(training: string): Promise<LeftBehind[]> {
  await mkdir(dirname(training), { recursive: true });
  const names = (await readdir(dirname(training))).filter(
    (name) => name === basename(training) || name.startsWith(`${basename(training)}.`),
  );
  const attempts = await Promise.all(
    names.map(async (name): Promise<LeftBehind> => {
      const folder = join(dirname(training), name);
      const saved = await stat(join(folder, "checkpoint.safetensors")).catch(() => undefined);
      return { folder, savedMs: saved?.mtimeMs };
    }),
  );
  return attempts.sort((a, b) => (b.savedMs ?? 0) - (a.savedMs ?? 0));
}

/** False where it is gone by now, or something is there already. */
async function moved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (["ENOENT", "ENOTEMPTY", "EEXIST"].includes(cause.code ?? "")) return false;
      throw cause;
    },
  );
}
