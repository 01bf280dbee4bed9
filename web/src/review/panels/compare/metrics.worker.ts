/** Computes distances beside the page's own thread. One question, one answer, in order. */
import { type CroppedPair, distanceNumbers } from "./metrics.ts";

export type MetricsQuestion = { readonly subject: string; readonly pair: CroppedPair };
export type MetricsAnswer = {
  readonly subject: string;
  readonly numbers: ReturnType<typeof distanceNumbers>;
};

addEventListener("message", ({ data: { subject, pair } }: MessageEvent<MetricsQuestion>) => {
  postMessage({ subject, numbers: distanceNumbers(pair) } satisfies MetricsAnswer);
});
