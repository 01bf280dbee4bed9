/** How long work tells its caller how far it is and learns that it should stop. No clock, no terminal here. */

export type Progress = {
  /** `done` of `total` units (slices, steps, files) of the stage called `stage`; `note` is a short figure to show. */
  report(stage: string, done: number, total: number, note?: string): void;
};

export const silentProgress: Progress = { report: () => undefined };
