/**
 * One job at a time: takes it, says that it is worked on while it is, ends it if it is another's by now, and gives it back when
 * the process ends. What the work is, and what becomes of a failure, is its owner's.
 */
import { DelineateError } from "#core/errors.ts";
import { isConnectionLoss } from "#workspace/store/connection-loss.ts";

/** What became of an attempt at a job: "done", "given back", or the code of why not. */
type AttemptFacts = { readonly outcome: string; readonly ms: number };

/** An attempt as a line of the log; nothing in it tells who the patient is. */
export type JobFacts = AttemptFacts & { readonly kind: string } & Readonly<Record<string, string | number>>;

type LaneWork<Job> = {
  take(): Promise<Job | undefined>;
  readonly beatEveryMs: number;
  /** False if it is another's by now, or was cancelled. */
  beat(job: Job): Promise<boolean>;
  perform(job: Job): Promise<void>;
  /** Ends what is being performed, which fails then. */
  stop(): Promise<void>;
  release(job: Job): Promise<void>;
  /** What was performed failed, and is still this process's. */
  giveUp(job: Job, error: unknown): Promise<void>;
  /** Other processes may take what is given back; alone, the next start takes it up. */
  readonly shared: boolean;
  readonly onFault: (error: unknown) => void;
  onEnd(job: Job, facts: AttemptFacts): void;
};

type Lane<Job> = {
  /** There may be new work. */
  wake(): void;
  current(): Job | undefined;
  close(): Promise<void>;
};

export function startLane<Job>(work: LaneWork<Job>): Lane<Job> {
  let current: Job | undefined;
  let closed = false;
  let awake: Promise<void> | undefined;
  let asked = false;

  async function workOff(): Promise<void> {
    while (asked && !closed) {
      asked = false;
      for (let job = await work.take(); job !== undefined; job = await work.take()) {
        current = job;
        await carryOut(job);
        current = undefined;
        if (closed) return;
      }
    }
  }

  async function carryOut(job: Job): Promise<void> {
    let isLost = false;
    let outcome = "done";
    const beganMs = performance.now();
    const beating = setInterval(async () => {
      try {
        isLost = !(await work.beat(job));
        if (isLost && current === job) await work.stop();
      } catch (error) {
        tellFault(error);
      }
    }, work.beatEveryMs);
    try {
      await work.perform(job);
    } catch (error) {
      // Embedded, the job stays as it is: the next start takes it up.
      if (closed && work.shared) await work.release(job).catch(tellFault);
      // Lost, it is another's by now, or its case was removed.
      if (!closed && !isLost) await work.giveUp(job, error);
      const code = error instanceof DelineateError ? error.code : "unexpected";
      outcome = closed || isLost ? "given back" : code;
    } finally {
      clearInterval(beating);
      work.onEnd(job, { outcome, ms: Math.round(performance.now() - beganMs) });
    }
  }

  function tellFault(error: unknown): void {
    // It passes, and what was going on is taken up again, here or elsewhere.
    if (!isConnectionLoss(error)) work.onFault(error);
  }

  function wake(): void {
    asked = true;
    awake ??= workOff()
      .catch(tellFault)
      .finally(() => {
        awake = undefined;
        current = undefined;
        // Asked for after the last look, before this line.
        if (asked && !closed) wake();
      });
  }

  return {
    wake,
    current: () => current,
    close: async () => {
      closed = true;
      await work.stop();
      await awake;
    },
  };
}
