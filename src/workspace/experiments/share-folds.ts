/**
 * The asking side of an experiment that several machines share: puts each network's training in each fold on the queue, then each
 * fold's test, and waits. Stopped, it cancels what waits, and ends when what goes on is saved. Killed, what it asked for goes
 * on; the same command finds it again.
 */
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { SplitParts } from "#contract/cohort-split.ts";
import { DelineateError } from "#core/errors.ts";
import type { ShareFolds } from "#experiment/experiment.ts";
import type { ExperimentRequest } from "#experiment/request.ts";
import { isPartDone, type Part } from "#experiment/run-part.ts";
import { stopIfAsked } from "#experiment/stage.ts";
import type { Work } from "#platform/work.ts";
import { isConnectionLoss } from "#workspace/store/connection-loss.ts";
import { openDatabase } from "#workspace/store/open-database.ts";
import { persist } from "#workspace/store/persist.ts";
import { openJobs } from "#workspace/work/open-jobs.ts";
import { openPartQueue, type PartQueue, type PartState } from "./part-queue.ts";

/** So often the queue is asked how far everything is. */
const askEveryMs = 1_000;
/** A file server shows another machine's files that late at most. */
const longestUnseenMs = 60_000;

/** `database`: address of a PostgreSQL server's. The sharing throws `cancelled`, and what training and testing throw. */
export function shareFolds(database: string, request: ExperimentRequest, work: Work): ShareFolds {
  return async (folds) => {
    const opened = await openDatabase(database, "worker");
    // What the queue cannot do now it tries again.
    const jobs = await openJobs(opened, () => undefined);
    try {
      const parts = await openPartQueue(opened, jobs);
      const absolute = { ...request, cohort: resolve(request.cohort), out: resolve(request.out) };
      await new Sharing(parts, absolute, work).run(folds);
    } finally {
      await jobs.close();
      await opened.close();
    }
  };
}

class Sharing {
  readonly #parts: PartQueue;
  readonly #request: ExperimentRequest;
  readonly #work: Work;
  /** By the job's id. */
  readonly #states = new Map<string, PartState>();
  #isOver = false;
  #total = 0;
  #done = 0;

  constructor(parts: PartQueue, request: ExperimentRequest, work: Work) {
    this.#parts = parts;
    this.#request = request;
    this.#work = work;
  }

  async run(folds: readonly SplitParts[]): Promise<void> {
    const { networks, out } = this.#request;
    this.#total = folds.length * (networks.length + 1);
    const all = folds.map(async (parts, at) => {
      const fold = at + 1;
      await Promise.all(networks.map((network) => this.#awaitPart({ fold, network }, parts)));
      await this.#awaitPart({ fold, network: null }, parts);
    });
    try {
      await Promise.all(all);
    } catch (error) {
      this.#isOver = true;
      await Promise.allSettled(all);
      this.#work.progress.report(
        "shared out",
        this.#done,
        this.#total,
        "until the workers have saved theirs",
      );
      await persist(() => this.#parts.cancel([...this.#states.keys()]));
      throw error;
    } finally {
      await persist(() => this.#parts.forget(out));
    }
  }

  /** Done when the part is. */
  async #awaitPart(part: Part, parts: SplitParts): Promise<void> {
    if (!(await isPartDone(this.#request, part, parts))) {
      this.#stopIfAsked();
      const id = await persist(() => this.#parts.ask({ request: this.#request, part }));
      for (;;) {
        const state = await this.#stateOf(id);
        this.#states.set(id, state);
        this.#report();
        if (state.state === "done") break;
        if (state.state === "failed") throw state.why;
        if (state.state === "cancelled")
          throw new DelineateError(
            "cancelled",
            "The experiment was cancelled elsewhere. Run the same command again to go on where it stopped.",
          );
        await pause(askEveryMs);
        this.#stopIfAsked();
      }
      await this.#awaitFiles(part, parts);
    }
    this.#done++;
    this.#report();
  }

  /** As it was if the database cannot be reached just now: it goes on without this process. */
  async #stateOf(id: string): Promise<PartState> {
    return this.#parts.stateOf(id).catch((error: unknown) => {
      if (!isConnectionLoss(error)) throw error;
      return this.#states.get(id) ?? { state: "waiting" };
    });
  }

  #stopIfAsked(): void {
    stopIfAsked(this.#work.signal);
    if (this.#isOver) throw new DelineateError("cancelled", "Another part of the experiment failed.");
  }

  async #awaitFiles(part: Part, parts: SplitParts): Promise<void> {
    const until = performance.now() + longestUnseenMs;
    while (!(await isPartDone(this.#request, part, parts))) {
      if (performance.now() > until)
        throw new DelineateError(
          "other-workspace",
          `A worker finished a part of the experiment, and its files are not in ${this.#request.out}: is that the same shared folder?`,
        );
      await pause(askEveryMs);
    }
  }

  #report(): void {
    const active = [...this.#states.values()].flatMap((state) => (state.state === "active" ? [state] : []));
    const note = active.map(({ stage, done, total }) => `${stage} ${done}/${total}`).join("; ");
    const waiting = "waits for a delineate worker with --work trainings";
    this.#work.progress.report("shared out", this.#done, this.#total, active.length === 0 ? waiting : note);
  }
}
