/**
 * An open workspace: its folder, its database, its files, its queue, and what the rest of this folder and the server need at
 * hand. One service at a time; on a database server any number of workers beside it. What takes jobs is work/runner.ts.
 */
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { StructureTemplate } from "#contract/workspace/structure-template.ts";
import { codeOf, DelineateError } from "#core/errors.ts";
import { readStructureTemplate, shippedTemplate } from "#patients/structure-template.ts";
import { lockFolder } from "#platform/lock-folder.ts";
import { unwritable } from "#platform/write-file.ts";
import { openPartQueue, type PartQueue } from "./experiments/part-queue.ts";
import type { FileStore } from "./files/file-store.ts";
import { refuseForeignFolder } from "./files/foreign-folder.ts";
import { openFileStore } from "./files/open-file-store.ts";
import { finishRemovals } from "./files/removals.ts";
import { Quota } from "./quota.ts";
import { type CaseFolder, caseFolder } from "./records/case-folder.ts";
import type { Database } from "./records/database.ts";
import { createFeed, type Feed } from "./records/feed.ts";
import { findModel, shippedModelId } from "./records/models.ts";
import { Leases } from "./reviews/leases.ts";
import { LiveMasks } from "./reviews/live-masks.ts";
import { isConnectionLoss } from "./store/connection-loss.ts";
import { identify } from "./store/identify.ts";
import { openDatabase, type Role } from "./store/open-database.ts";
import { type Jobs, openJobs, type QueueTimes } from "./work/open-jobs.ts";
import { openQueue, type Queue } from "./work/queue.ts";

export type Workspace = Pick<Database, "db" | "transact" | "wire" | "shared" | "isUp"> & {
  readonly folder: string;
  /** Where the files of cases are kept; `cases` is the folder where they are read. */
  readonly files: FileStore;
  readonly cases: string;
  /** The one service, and no worker beside it. */
  readonly isService: boolean;
  /** What attempts at jobs have made so far (work/attempt.ts), on the file system of `cases`. */
  readonly attempts: string;
  readonly uploads: string;
  readonly models: string;
  /** Of listModels: contours what no rule gives to another. */
  readonly modelId: string;
  /** What structures are offered to be called. */
  readonly template: StructureTemplate;
  readonly jobs: Jobs;
  readonly queue: Queue;
  readonly parts: PartQueue;
  readonly quota: Quota;
  readonly feed: Feed;
  /** Faults of the program, for the server's own log. They hold no patient's identity. */
  readonly onFault: (error: unknown) => void;
  readonly liveMasks: LiveMasks;
  readonly leases: Leases;
  /** Timers of gtv-volume.ts, by case. */
  readonly pendingVolumes: Map<string, NodeJS.Timeout>;
  /** Runs when all such work before it has ended. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  folderOf(caseId: string): CaseFolder;
  close(): Promise<void>;
};

type WorkspaceOptions = {
  /** Of listModels, in place of the shipped one. */
  readonly modelId?: string | undefined;
  /** In place of the shipped template of structures. */
  readonly template?: StructureTemplate | undefined;
  /** The clock of leases, which never goes back. */
  readonly nowMs?: (() => number) | undefined;
  /** Address of a PostgreSQL server's database; without it the records are in the folder. */
  readonly database?: string | undefined;
  /** `s3://bucket/prefix` of an object store; without it the files are in the folder. */
  readonly files?: string | undefined;
  /** The one service, or one of its workers. */
  readonly role?: Role;
  readonly times?: QueueTimes | undefined;
  /** The most that folder and object store may hold. */
  readonly quotaBytes?: number | undefined;
};

/**
 * Makes what is missing; the service forgets unfinished uploads and finishes removals that were cut off. Throws `folder-in-use`,
 * `not-found` for a model that is not there, and what opening the database and the files and comparing the two throws (store/, files/).
 */
export async function openWorkspace(
  folder: string,
  onFault: (error: unknown) => void = () => undefined,
  options: WorkspaceOptions = {},
): Promise<Workspace> {
  const { template: given, nowMs = () => performance.now(), role = "service", times } = options;
  const { modelId = shippedModelId } = options;
  await refuseForeignFolder(folder);
  await makePrivate(folder);
  const unlock = role === "service" ? await lockFolder(folder) : async () => undefined;
  let database: Database | undefined;
  let files: FileStore | undefined;
  try {
    const [uploads, attempts, models] = ["uploads", "attempts", "models"].map((name) => join(folder, name));
    if (options.modelId !== undefined) await findModel(models, modelId);
    const template = given ?? (await readStructureTemplate(shippedTemplate));
    database = await openDatabase(options.database ?? join(folder, "records"), role);
    const { db, transact, wire, shared, isUp, close } = database;
    const store = await openFileStore({ folder, address: options.files, db, onFault });
    files = store;
    await identify(database, store, role);
    if (role === "service") await rm(uploads, { recursive: true, force: true });
    const { cases } = store;
    for (const path of [cases, uploads, attempts]) await makePrivate(path);
    // What goes on by itself meets a database that is away at any moment: it passes, and `isUp` tells of it.
    const onError = (error: unknown): void => {
      if (!isConnectionLoss(error)) onFault(error);
    };
    const jobs = await openJobs(database, onError, times);
    const queue = await openQueue(database, jobs);
    const parts = await openPartQueue(database, jobs);
    const isService = role === "service";
    const removing = { db, files: store, folder, isService };
    if (isService) await finishRemovals(removing, { all: true, onFault: onError });
    const feed = createFeed();
    const leases = new Leases(nowMs, (id) => feed.publish({ type: "review", data: { id, what: "writer" } }));
    // By another process, of which messages may have been missed: this one has the spool.
    let finishing: Promise<unknown> = Promise.resolve();
    const unhear = wire.hear(({ kind }) => {
      // Another service may have had the lock meanwhile, and let others write.
      if (kind === "again") leases.freeAll();
      if (!isService || (kind !== "cancel" && kind !== "again")) return;
      finishing = finishing
        .then(() => finishRemovals(removing, { all: false, onFault: onError }))
        .catch(onError);
    });
    const folderOf = (caseId: string): CaseFolder => caseFolder(cases, caseId);
    let last: Promise<unknown> = Promise.resolve();
    const liveMasks = new LiveMasks({ db, files: store, folderOf });
    const pendingVolumes = new Map<string, NodeJS.Timeout>();
    return {
      folder,
      files: store,
      cases,
      isService,
      attempts,
      uploads,
      models,
      modelId,
      template,
      ...{ db, transact, wire, shared, isUp },
      ...{ jobs, queue, parts },
      quota: new Quota(store.usedBytes, options.quotaBytes, onError),
      feed,
      onFault: onError,
      liveMasks,
      leases,
      pendingVolumes,
      exclusively: (work) => {
        const turn = last.then(work);
        last = turn.catch(() => undefined);
        return turn;
      },
      folderOf,
      close: async () => {
        unhear();
        await finishing;
        for (const timer of pendingVolumes.values()) clearTimeout(timer);
        await liveMasks.close();
        await jobs.close();
        await store.close();
        await close();
        await unlock();
      },
    };
  } catch (error) {
    await files?.close();
    await database?.close();
    await unlock();
    throw error;
  }
}

/** Patients' data: for this user alone, also in a folder that was there before. Throws `file-unwritable`. */
async function makePrivate(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  } catch (cause) {
    if (codeOf(cause) !== "EPERM") throw unwritable(folder, cause);
    throw new DelineateError(
      "file-unwritable",
      `${folder} cannot be made readable to you alone: name a folder of your own with --data.`,
      { cause },
    );
  }
}
