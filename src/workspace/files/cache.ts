/**
 * Copies of objects that this machine keeps: a folder for each case, for as long as it is used now and then and there is room. What
 * is wanted again is brought again. Processes of one machine share it.
 */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Db } from "#workspace/records/database.ts";
import { isConnectionLoss } from "#workspace/store/connection-loss.ts";

/** Some two hundred patients. */
const mostBytes = 20 * 2 ** 30;
const hourMs = 3600_000;
/** Longer than a review pauses over a weekend. */
const longestUnusedMs = 7 * 24 * hourMs;
/** What was staged a moment ago may not have been read yet. */
const shortestUnusedMs = hourMs;
const betweenMs = 10 * 60_000;

const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Limits = { readonly nowMs: number; readonly mostBytes?: number };

/**
 * Removes the folders of cases that are not there any more, that nobody used for a week, and, beyond `mostBytes`, those that were
 * not used for longest; none that was used within the hour.
 */
export async function tidyCache(cases: string, db: Db, limits: Limits): Promise<void> {
  const caseIds = (await readdir(cases).catch(() => [])).filter((name) => isId.test(name));
  if (caseIds.length === 0) return;
  // Asked for after the look at the disk: the rows of what lies there were committed before it came.
  const rows = await db
    .selectFrom("files")
    .select(["case_id", db.fn.sum<number>("bytes").as("bytes")])
    .where("case_id", "in", caseIds)
    .groupBy("case_id")
    .execute();
  const bytesOf = new Map(rows.map(({ case_id, bytes }) => [case_id, Number(bytes)]));
  const used = await Promise.all(
    caseIds.map(async (id) => {
      const { mtimeMs } = await stat(join(cases, id)).catch(() => ({ mtimeMs: limits.nowMs }));
      return { id, unusedMs: limits.nowMs - mtimeMs, bytes: bytesOf.get(id) };
    }),
  );
  let total = 0;
  for (const { id, unusedMs, bytes } of used.sort((a, b) => a.unusedMs - b.unusedMs)) {
    total += bytes ?? 0;
    const isRoom = total <= (limits.mostBytes ?? mostBytes) && unusedMs <= longestUnusedMs;
    if (bytes === undefined || (!isRoom && unusedMs > shortestUnusedMs))
      await rm(join(cases, id), { recursive: true, force: true });
  }
}

type Parts = { readonly cases: string; readonly db: Db; readonly onFault: (error: unknown) => void };

/** Now, and now and then. */
export function startTidying({ cases, db, onFault }: Parts): { close(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  const tidy = (): void => {
    last = tidyCache(cases, db, { nowMs: Date.now() }).catch((error: unknown) => {
      if (!isConnectionLoss(error)) onFault(error);
    });
  };
  tidy();
  const timer = setInterval(tidy, betweenMs);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await last;
    },
  };
}
