/**
 * Uploads one after another: what is dropped while another is on its way waits for its turn. What came of all of them is told
 * together. No React and no network: `send` does the work (send-files.ts).
 */
import { explain } from "../../server/explain.ts";
import type { PickedFile } from "./collect-files.ts";
import type { SendOptions, UploadResult } from "./send-files.ts";

export type UploadState =
  | { readonly stage: "none" }
  | {
      readonly stage: "sending";
      readonly files: number;
      readonly bytes: number;
      readonly sentBytes: number;
      /** Drops behind this one. */
      readonly waiting: number;
    }
  | { readonly stage: "reading"; readonly files: number; readonly waiting: number }
  /** `result.problems` holds failures as well. */
  | { readonly stage: "done"; readonly result: UploadResult };

type Send = (files: readonly PickedFile[], options: SendOptions) => Promise<UploadResult>;

export type UploadQueue = {
  readonly getState: () => UploadState;
  /** Returns what ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  /** A promise of files, so that the walk through dropped folders counts as part of it. */
  readonly add: (files: Promise<readonly PickedFile[]>) => void;
  /** Ends the upload that is on its way, and those that wait are forgotten. */
  readonly cancel: () => void;
  readonly dismiss: () => void;
};

const nothing: UploadResult = { cases: [], taken: [], problems: [] };

export function createUploadQueue(send: Send): UploadQueue {
  let state: UploadState = { stage: "none" };
  let waiting: Promise<readonly PickedFile[]>[] = [];
  let running: AbortController | undefined;
  let result = nothing;
  const listeners = new Set<() => void>();

  const show = (next: UploadState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const note = (more: UploadResult): void => {
    result = {
      cases: [...result.cases, ...more.cases],
      taken: [...result.taken, ...more.taken],
      problems: [...result.problems, ...more.problems],
    };
  };

  async function sendOne(picked: Promise<readonly PickedFile[]>, signal: AbortSignal): Promise<UploadResult> {
    const files = await picked;
    if (files.length === 0) return { ...nothing, problems: ["There is no file in what you chose."] };
    const count = files.length;
    const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
    const sending = (sentBytes: number): void =>
      show({ stage: "sending", files: count, bytes, sentBytes, waiting: waiting.length });
    sending(0);
    return send(files, {
      signal,
      onProgress: sending,
      onReading: () => show({ stage: "reading", files: count, waiting: waiting.length }),
    });
  }

  async function run(): Promise<void> {
    for (let picked = waiting.shift(); picked !== undefined; picked = waiting.shift()) {
      const abort = new AbortController();
      running = abort;
      try {
        note(await sendOne(picked, abort.signal));
      } catch (reason) {
        if (!abort.signal.aborted) note({ ...nothing, problems: [explain(reason)] });
      }
    }
    running = undefined;
    const hasOutcome = result.cases.length + result.taken.length + result.problems.length > 0;
    show(hasOutcome ? { stage: "done", result } : { stage: "none" });
    result = nothing;
  }

  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add: (files) => {
      // Its turn may be late: until then a failure has nobody to hear it.
      files.catch(() => undefined);
      waiting.push(files);
      if (running !== undefined) {
        if (state.stage === "sending" || state.stage === "reading")
          show({ ...state, waiting: waiting.length });
        return;
      }
      running = new AbortController();
      void run();
    },
    cancel: () => {
      waiting = [];
      running?.abort();
    },
    dismiss: () => show({ stage: "none" }),
  };
}
