/** The comparison's numbers, live: overlap at once, distances from a worker when the pen has rested for a moment. */
import { useEffect, useMemo, useRef, useState } from "react";
import type { ReviewSession } from "../../session/review-session.ts";
import type { ReviewState } from "../../session/review-state.ts";
import { cropPair, type distanceNumbers, overlapNumbers } from "./metrics.ts";
import type { MetricsAnswer, MetricsQuestion } from "./metrics-worker.ts";

const restMs = 300;

export type Metrics = {
  /** Undefined until both masks are loaded. */
  readonly overlap: ReturnType<typeof overlapNumbers> | undefined;
  readonly distances: ReturnType<typeof distanceNumbers> | undefined;
  /** The distances are of an older contour: new ones are on their way. */
  readonly stale: boolean;
};

export function useMetrics(session: ReviewSession, state: ReviewState): Metrics {
  const { comparison, comparisonRevision, cursor } = state;
  const k = cursor[2];
  const [answer, setAnswer] = useState<MetricsAnswer>();
  const turn = useRef(0);
  const worker = useRef<Worker>(null);

  useEffect(() => {
    const made = new Worker(new URL("./metrics-worker.ts", import.meta.url), { type: "module" });
    made.onmessage = ({ data }: MessageEvent<MetricsAnswer>) => setAnswer(data);
    worker.current = made;
    return () => {
      made.terminate();
      worker.current = null;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: masks change in place, the revision says when
  const overlap = useMemo(() => {
    if (comparison === null) return undefined;
    const reference = session.maskOf(comparison.referenceId);
    const other = session.maskOf(comparison.otherId);
    return reference && other && overlapNumbers(reference, other, k);
  }, [session, comparison, comparisonRevision, k]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => {
    const mine = ++turn.current;
    const timer = window.setTimeout(() => {
      const reference = comparison && session.maskOf(comparison.referenceId);
      const other = comparison && session.maskOf(comparison.otherId);
      const pair = reference && other ? cropPair(reference, other, k) : undefined;
      if (pair === undefined) setAnswer(undefined);
      else worker.current?.postMessage({ turn: mine, pair } satisfies MetricsQuestion);
    }, restMs);
    return () => window.clearTimeout(timer);
  }, [session, comparison, comparisonRevision, k]);

  return { overlap, distances: answer?.numbers, stale: answer !== undefined && answer.turn !== turn.current };
}
