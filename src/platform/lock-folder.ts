/**
 * One process per data folder: a lock file with the process's number and start. A lock whose process is gone, killed or
 * switched off, is taken over; a number that another program got since then is told apart by its start.
 */
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DelineateError } from "#core/errors.ts";

type Owner = { readonly pid: number; readonly startedAt: string };

/** Takes the lock; gives the function that releases it. Throws `folder-in-use`. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "server.lock");
  const own = `${path}.${process.pid}`;
  await writeFile(own, JSON.stringify({ pid: process.pid, startedAt: await startOf(process.pid) }));
  try {
    for (;;) {
      // A link to a file that is whole already: nobody ever reads half a lock.
      const taken = await link(own, path).then(
        () => true,
        (cause: NodeJS.ErrnoException) => {
          if (cause.code === "EEXIST") return false;
          throw cause;
        },
      );
      if (taken) return () => rm(path, { force: true });
      const owner = await ownerOf(path);
      if (owner !== undefined && (await isRunning(owner))) {
        throw new DelineateError(
          "folder-in-use",
          `Another delineate (process ${owner.pid}) uses ${folder} already. End it first, or name another folder with --data.`,
        );
      }
      await rm(path, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Undefined where it was released in the meantime or is damaged. */
async function ownerOf(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  try {
    const { pid, startedAt } = JSON.parse(text);
    return { pid: Number(pid), startedAt: String(startedAt) };
  } catch {
    return undefined;
  }
}

async function isRunning({ pid, startedAt }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return (await startOf(pid)) === startedAt;
}

/** When a process started, in the system's ticks; "unknown" where the system does not say: then the number must do. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (text === undefined) return "unknown";
  // Field 22 of proc(5), counted after the program's name, which may hold spaces and brackets. A zombie is gone.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? "gone" : fields[19];
}
