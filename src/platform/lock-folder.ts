/**
 * One process per data folder: a lock file with the process's number and start, and where these hold: the machine, its start, and
 * the PID namespace, which is a container's own. A lock whose process is gone, killed or switched off, is taken over; a number
 * that another program got since then is told apart by its start. Of a process in another container one sees only whether it
 * still touches its lock, of one on another machine nothing.
 */
import { link, readFile, readlink, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { DelineateError } from "#core/errors.ts";

/** Where a process's number holds. Undefined where the system does not say, and in locks of earlier versions. */
type Place = { readonly host: string; readonly boot: string; readonly pidNamespace: string };
type Owner = { readonly pid: number; readonly startedAt: string; readonly place: Place | undefined };

const touchEveryMs = 10_000;
/** Beyond any pause of a process that lives. */
const silentMs = 120_000;

/** Takes the lock; gives the function that releases it. Throws `folder-in-use`. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "server.lock");
  const own = `${path}.${process.pid}`;
  const place = await placeOfThis();
  await writeFile(own, JSON.stringify({ pid: process.pid, startedAt: await startOf(process.pid), place }));
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
      if (taken) return held(path);
      const owner = await ownerOf(path);
      const holder = owner && (await holderOf(owner, place, path));
      if (holder !== undefined)
        throw new DelineateError(
          "folder-in-use",
          `Another delineate (process ${holder}) uses ${folder} already. End it first, or name another folder with --data.`,
        );
      await rm(path, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Gives the function that releases it. */
function held(path: string): () => Promise<void> {
  const touch = (): void => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  };
  const timer = setInterval(touch, touchEveryMs).unref();
  return () => {
    clearInterval(timer);
    return rm(path, { force: true });
  };
}

/** Which process holds the folder, and what can be done where that cannot be seen; undefined where it is gone. */
async function holderOf(owner: Owner, here: Place | undefined, path: string): Promise<string | undefined> {
  const { pid, place } = owner;
  const isSeen =
    place === undefined ||
    here === undefined ||
    (place.boot === here.boot && place.pidNamespace === here.pidNamespace);
  if (isSeen) return (await isRunning(owner)) ? String(pid) : undefined;
  if (place.boot !== here.boot) {
    // This machine was started anew.
    if (place.host === here.host) return undefined;
    return `${pid} on ${place.host}, or it was when that was switched off: then remove ${path} by hand`;
  }
  const touchedAt = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (Date.now() - touchedAt > silentMs) return undefined;
  return `${pid} in another container, or it was less than ${silentMs / 60_000} minutes ago: then try again later`;
}

async function placeOfThis(): Promise<Place | undefined> {
  try {
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    return { host: hostname(), boot, pidNamespace: await readlink("/proc/self/ns/pid") };
  } catch {
    // Another system than Linux.
    return undefined;
  }
}

/** Undefined where it was released in the meantime or is damaged. */
async function ownerOf(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  try {
    const { pid, startedAt, place } = JSON.parse(text);
    return { pid: Number(pid), startedAt: String(startedAt), place };
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
