/** The comparison's numbers, live: overlap at once, distances from a worker when the pen has rested for a moment. */
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import type { Mask } from "#geometry/mask.ts";
import type { ReviewSession } from "../../session/review-session.ts";
import type { ReviewState } from "../../session/review-state.ts";
import { cropPair, type distanceNumbers, overlapNumbers } from "./metrics.ts";
import type { MetricsAnswer, MetricsQuestion } from "./metrics.worker.ts";

const restMs = 300;

type Metrics = {
  /** Undefined until both masks are loaded. */
  readonly overlap: ReturnType<typeof overlapNumbers> | undefined;
  readonly distances: ReturnType<typeof distanceNumbers> | undefined;
  /** The distances are of an older contour or of another slice: new ones are on their way. */
  readonly stale: boolean;
};

export function useMetrics(session: ReviewSession, state: ReviewState): Metrics {
  const { comparison } = state;
  // Numbers may lag behind the pen, the pen may not lag behind numbers.
  const revision = useDeferredValue(state.comparisonRevision);
  const k = useDeferredValue(state.cursor[2]);
  const [answer, setAnswer] = useState<MetricsAnswer>();
  const worker = useRef<Worker>(null);
  /** What the numbers are of: masks change in place, the revision says when. */
  const subject = JSON.stringify([comparison, revision, k]);

  useEffect(() => {
    const newWorker = new Worker(new URL("./metrics.worker.ts", import.meta.url), { type: "module" });
    newWorker.onmessage = ({ data }: MessageEvent<MetricsAnswer>) => setAnswer(data);
    worker.current = newWorker;
    return () => {
      newWorker.terminate();
      worker.current = null;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the subject stands for the rest
  const overlap = useMemo(() => {
    const masks = comparedMasks(session, state);
    return masks && overlapNumbers(...masks, k);
  }, [session, subject]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => {
    const timer = window.setTimeout(() => {
      const masks = comparedMasks(session, session.getState());
      const pair = masks && cropPair(...masks, k);
      if (pair === undefined) setAnswer(undefined);
      else worker.current?.postMessage({ subject, pair } satisfies MetricsQuestion);
    }, restMs);
    return () => window.clearTimeout(timer);
  }, [session, subject]);

  return { overlap, distances: answer?.numbers, stale: answer?.subject !== subject };
}

/** Reference and other; undefined while one is loading, and without a comparison. */
function comparedMasks(
  session: ReviewSession,
  { comparison }: ReviewState,
): readonly [Mask, Mask] | undefined {
  if (comparison === null) return undefined;
  const reference = session.maskOf(comparison.referenceId);
  const other = session.maskOf(comparison.otherId);
  return reference && other && [reference, other];
}
