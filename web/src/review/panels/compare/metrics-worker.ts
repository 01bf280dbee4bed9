/** Computes distances beside the page's own thread. One question, one answer, in order. */
import { type CroppedPair, distanceNumbers } from "./metrics.ts";

export type MetricsQuestion = { readonly turn: number; readonly pair: CroppedPair };
export type MetricsAnswer = { readonly turn: number; readonly numbers: ReturnType<typeof distanceNumbers> };

addEventListener("message", ({ data: { turn, pair } }: MessageEvent<MetricsQuestion>) => {
  postMessage({ turn, numbers: distanceNumbers(pair) } satisfies MetricsAnswer);
});
