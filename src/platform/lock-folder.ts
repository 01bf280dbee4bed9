/**
 * One process per data folder. Who wants it places a lock file under a name that no other process ever has, and then looks for
 * others: of two, one at least sees the other, and goes back. A file of a process that is gone is removed; since no name comes
 * again, nobody removes another one by it. A file says the process's number and start, and where these hold: the machine, its start,
 * and the PID namespace, which is a container's own. Of a process elsewhere one sees only whether it still touches its file: one
 * that was silent for long enough is taken for gone. If it was only suspended it finds its file missing as it wakes up, and ends.
 */
import { randomUUID } from "node:crypto";
import { utimesSync } from "node:fs";
import { open, readdir, readFile, readlink, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { codeOf, DelineateError } from "#core/errors.ts";
import { undefinedIfMissing } from "./missing.ts";
import { writeFileAtomic } from "./write-file.ts";

/** Where a process's number holds. Beginning and namespace are empty where the system does not say. */
type Place = { readonly host: string; readonly boot: string; readonly pidNamespace: string };
/** `place`: undefined in locks of earlier versions. */
type Owner = { readonly pid: number; readonly startedAt: string; readonly place: Place | undefined };

type LockTimes = {
  readonly touchEveryMs: number;
  readonly lookEveryMs: number;
  /** After so many looks at a lock that nobody touches, its process is gone: several times what passes between two touches. */
  readonly silentLooks: number;
};
type LockOptions = {
  readonly times?: LockTimes;
  /** Another process may have the folder by now: nothing may be written any more. */
  readonly onLost?: (sentence: string) => void;
  /** What a person is told to do where somebody else has the folder. */
  readonly remedy?: string;
};

const usualTimes: LockTimes = { touchEveryMs: 5000, lookEveryMs: 1000, silentLooks: 25 };
/** Touches that may fail, before others take this process for gone. */
const mostFailures = 3;
/** "server.lock" alone is of earlier versions. */
const lockName = /^server\.lock(\.[0-9a-f-]{36})?$/;

/** Also one that is being written. */
export function isLockFile(name: string): boolean {
  return name.startsWith("server.lock");
}

/**
 * Takes the lock; gives the function that releases it. Where one cannot see whether its holder lives, that is watched for some 25 s,
 * and said on standard error. Throws `folder-in-use`.
 */
export async function lockFolder(
  folder: string,
  {
    times = usualTimes,
    onLost = end,
    remedy = "End it first, or name another folder with --data.",
  }: LockOptions = {},
): Promise<() => Promise<void>> {
  const place = await placeOfThis();
  const name = `server.lock.${randomUUID()}`;
  const ownLock = join(folder, name);
  const content = JSON.stringify({ pid: process.pid, startedAt: await startOf(process.pid), place });
  for (;;) {
    for (const other of await locksIn(folder))
      await awaitGone(join(folder, other), { folder, place, times, remedy });
    await writeFileAtomic(ownLock, content, { mode: 0o600 });
    if (await isAlone(folder, name, times)) return holdLock(ownLock, { times, onLost });
    await rm(ownLock, { force: true });
  }
}

async function locksIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => lockName.test(name));
}

/** Whether no other lock is beside this one. Of two that came at once the first by name stays, and the other one goes back. */
async function isAlone(folder: string, name: string, { lookEveryMs }: LockTimes): Promise<boolean> {
  for (let looks = 0; looks < 3; looks++) {
    const names = await locksIn(folder);
    // Suspended meanwhile, and taken for gone.
    if (!names.includes(name)) return false;
    const others = names.filter((other) => other !== name);
    if (others.length === 0) return true;
    if (others.some((other) => other < name)) return false;
    await pause(lookEveryMs / 2);
  }
  return false;
}

/** Gives the function that releases it. */
function holdLock(
  path: string,
  { times, onLost }: Required<Omit<LockOptions, "remedy">>,
): () => Promise<void> {
  let failures = 0;
  // At once, not in the background: of one that was suspended nothing else runs before it knows.
  const touch = (): void => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
      failures = 0;
    } catch (cause) {
      failures++;
      if (codeOf(cause) !== "ENOENT" && failures < mostFailures) return;
      clearInterval(timer);
      onLost(
        `The lock ${path} is gone or cannot be touched: another delineate may use the folder now, so this one ends without writing.`,
      );
    }
  };
  const timer = setInterval(touch, times.touchEveryMs).unref();
  return () => {
    clearInterval(timer);
    return rm(path, { force: true });
  };
}

/** Without closing anything: that would write. */
function end(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

type Watching = {
  readonly folder: string;
  readonly place: Place;
  readonly times: LockTimes;
  readonly remedy: string;
};

/** Removes the lock of a process that is gone. Throws `folder-in-use` for one that lives. */
async function awaitGone(path: string, { folder, place, times, remedy }: Watching): Promise<void> {
  const owner = await ownerOf(path);
  const isSeen = owner !== undefined && (owner.place === undefined || isSame(owner.place, place));
  const isGone = isSeen ? !(await isRunning(owner)) : await isSilent(path, owner, { folder, times });
  if (isGone) return rm(path, { force: true });
  const where = isSeen ? "" : ` on ${owner?.place?.host ?? "another machine"}, or in another container`;
  throw new DelineateError(
    "folder-in-use",
    `Another delineate (process ${owner?.pid ?? "unknown"}${where}) uses ${folder} already. ${remedy}`,
  );
}

/**
 * Whether nobody touches the lock, or it goes, while it is looked at. Counted in looks and not in time: where the whole machine slept
 * meanwhile, its holder slept too.
 */
async function isSilent(
  path: string,
  owner: Owner | undefined,
  { folder, times }: Pick<Watching, "folder" | "times">,
): Promise<boolean> {
  const { lookEveryMs, silentLooks } = times;
  const before = await touchedAt(path);
  if (before === undefined) return true;
  const host = owner?.place?.host ?? "an unknown machine";
  process.stderr.write(
    `${folder} has the lock of a delineate on ${host}, which cannot be seen from here. Waiting up to ${Math.round((silentLooks * lookEveryMs) / 1000)} s to learn whether it still runs.\n`,
  );
  for (let looks = 0; looks < silentLooks; looks++) {
    await pause(lookEveryMs);
    const now = await touchedAt(path);
    if (now === undefined) return true;
    if (now !== before) return false;
  }
  return true;
}

/** Undefined where it is gone. Opened, since a file server's client answers from memory else. */
async function touchedAt(path: string): Promise<number | undefined> {
  const file = await open(path).catch(undefinedIfMissing);
  if (file === undefined) return undefined;
  try {
    return (await file.stat()).mtimeMs;
  } finally {
    await file.close();
  }
}

function isSame(a: Place, b: Place): boolean {
  return a.host === b.host && a.boot === b.boot && a.pidNamespace === b.pidNamespace;
}

async function placeOfThis(): Promise<Place> {
  // Linux alone has these.
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  const pidNamespace = await readlink("/proc/self/ns/pid").catch(() => "");
  return { host: hostname(), boot: boot.trim(), pidNamespace };
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
    if (codeOf(cause) === "ESRCH") return false;
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
