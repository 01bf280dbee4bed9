/**
 * Masks of the structures that are worked on, kept on a thread of their own (live-masks.worker.ts), so that only what came since
 * is replayed and the server answers meanwhile. Signing does not use them: it replays the whole log (sign-contours.ts).
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { FileStore } from "#workspace/files/file-store.ts";
import type { CaseFolder } from "#workspace/records/case-folder.ts";
import { automaticBySource, caseRow } from "#workspace/records/case-rows.ts";
import type { Db } from "#workspace/records/database.ts";
import type { LiveAnswer, LiveTask } from "./live-masks.worker.ts";
import type { EditEntry, StructureRow } from "./replay.ts";

/** The records of all cases and their files. */
type CaseRecords = { readonly db: Db; readonly files: FileStore; folderOf(caseId: string): CaseFolder };

/** Each is a byte for every voxel of a CT. */
const mostLive = 8;

export class LiveMasks {
  readonly #records: CaseRecords;
  /** How far the thread's masks are replayed: the last entry's place in the log. The one used last is at the end. */
  #upTo = new Map<string, string>();
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(records: CaseRecords) {
    this.#records = records;
  }

  /** Of each structure as its log is now. */
  async volumesCc(caseId: string, structures: readonly StructureRow[]): Promise<readonly number[]> {
    return (await this.#ask(caseId, structures, "volumes")).volumesCc;
  }

  /** Of all the structures together. */
  async unitedVolumeCc(caseId: string, structures: readonly StructureRow[]): Promise<number> {
    return (await this.#ask(caseId, structures, "united")).volumesCc[0];
  }

  /** One byte a voxel, deflated (case-folder.ts). */
  async deflated(caseId: string, structure: StructureRow): Promise<Uint8Array> {
    return (await this.#ask(caseId, [structure], "deflated")).bytes;
  }

  /** After what was asked before. */
  async close(): Promise<void> {
    await this.#last;
    await this.#worker?.terminate();
  }

  #ask(
    caseId: string,
    structures: readonly StructureRow[],
    wanted: LiveTask["wanted"],
  ): Promise<Extract<LiveAnswer, { readonly volumesCc: unknown }>> {
    // One after another: an edit that two tasks apply would undo itself.
    const turn = this.#last.then(async () => {
      const { grid } = await caseRow(this.#records.db, caseId);
      const upTo = new Map(this.#upTo);
      const replays = [];
      for (const row of structures) {
        const edits = await editsAfter(this.#records.db, row.id, upTo.get(row.id) ?? "0");
        const patches = edits.map(({ edit }) => edit.patch);
        replays.push({ id: row.id, beganFile: await this.#beganFile(caseId, row), patches });
        const reached = edits.at(-1)?.sequence ?? upTo.get(row.id) ?? "0";
        upTo.delete(row.id);
        upTo.set(row.id, reached);
      }
      const forget = [...upTo.keys()].slice(0, Math.max(0, upTo.size - mostLive));
      for (const id of forget) upTo.delete(id);
      const answer = await this.#send({ grid, replays, wanted, forget });
      if ("error" in answer) throw answer.error;
      this.#upTo = upTo;
      return answer;
    });
    this.#last = turn.catch(() => this.#begin());
    return turn;
  }

  /** After a failure nobody knows which edits were applied. */
  async #begin(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
    this.#upTo.clear();
  }

  /** Throws what ended the thread. */
  async #send(task: LiveTask): Promise<LiveAnswer> {
    this.#worker ??= new Worker(new URL("./live-masks.worker.ts", import.meta.url));
    const ended = new AbortController();
    const answer = once(this.#worker, "message", { signal: ended.signal });
    const exit = once(this.#worker, "exit", { signal: ended.signal }).then(([code]) => {
      throw new Error(`the thread of live masks ended with code ${code}`);
    });
    this.#worker.postMessage(task);
    try {
      const [value]: LiveAnswer[] = await Promise.race([answer, exit]);
      return value;
    } finally {
      for (const waiting of [answer, exit]) waiting.catch(() => undefined);
      ended.abort();
    }
  }

  /** Reviews begin with an automatic contour or with nothing (reviews.ts). */
  async #beganFile(caseId: string, { began_with }: StructureRow): Promise<string | null> {
    if (began_with === null) return null;
    const { model_digest } = await automaticBySource(this.#records.db, caseId, began_with);
    const { files, folderOf } = this.#records;
    const path = folderOf(caseId).automaticMask(model_digest);
    await files.stage(caseId, path);
    return path;
  }
}

/** Of a structure, in order, after a place in the log; "0" is before the first. */
async function editsAfter(
  db: Db,
  structureId: string,
  after: string,
): Promise<{ readonly sequence: string; readonly edit: EditEntry }[]> {
  const rows = await db
    .selectFrom("log_entries")
    .select(["sequence", "entry"])
    .where("structure_id", "=", structureId)
    .where("type", "=", "edit")
    .where("sequence", ">", after)
    .orderBy("sequence")
    .execute();
  return rows.map(({ sequence, entry }) => ({ sequence, edit: entry as EditEntry }));
}
