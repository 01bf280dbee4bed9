/**
 * Opens a case's review and keeps it open while the page is there: which review that is, what is shown while there is no
 * automatic contour yet, and the change between the assisted and the manual one.
 */

import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { CaseDetail, CaseSummary } from "#contract/workspace/case.ts";
import { call } from "../server/api.ts";
import { listenToEvents } from "../server/events.ts";
import { explain } from "../server/explain.ts";
import type { OpenOptions } from "./session/open-review.ts";
import { ReviewSession } from "./session/review-session.ts";
import type { ReviewState } from "./session/review-state.ts";

type ReviewStage =
  | { readonly stage: "loading" }
  | { readonly stage: "failed"; readonly message: string }
  /** No automatic contour yet, and nobody began without one. */
  | { readonly stage: "waiting"; readonly summary: CaseSummary }
  | { readonly stage: "removed" }
  | { readonly stage: "open"; readonly session: ReviewSession };

type Start = ReviewState["start"];

export type OpenReview = {
  readonly stage: ReviewStage;
  /** Closes what is open. `fresh`: an open review of that start is left aside and a new one begins. */
  readonly begin: (start: Start, fresh: boolean) => void;
  readonly retry: () => void;
};

/** `byHand`: the review from nothing is opened first. */
export function useReview(caseId: string, reviewer: string, byHand: boolean): OpenReview {
  const [stage, setStage] = useState<ReviewStage>({ stage: "loading" });
  const current = useRef<ReviewSession>(null);
  /** Counts what was begun: answers to anything older are left aside. */
  const turn = useRef(0);
  const name = useRef(reviewer);
  name.current = reviewer;
  const opensByHand = useRef(byHand);

  const run = useCallback((work: () => Promise<ReviewStage>) => {
    const mine = ++turn.current;
    setStage({ stage: "loading" });
    const show = (next: ReviewStage): void => {
      const session = next.stage === "open" ? next.session : null;
      if (mine !== turn.current) session?.dispose();
      else {
        current.current = session;
        // For support: the open review in the browser's console.
        Object.assign(window, { delineate: session === null ? {} : { session } });
        setStage(next);
      }
    };
    work().then(show, (reason: unknown) => show({ stage: "failed", message: explain(reason) }));
  }, []);

  const open = useCallback(
    async (options: Omit<OpenOptions, "reviewer">, known?: CaseDetail): Promise<ReviewStage> => {
      // What was drawn last must be there before the server replays the log.
      // A page that the server takes nothing more from has nothing to wait for.
      await current.current?.record.flush().catch(() => undefined);
      current.current?.dispose();
      current.current = null;
      const detail = known ?? (await call("showCase", { caseId }, undefined));
      const session = await ReviewSession.open(detail, { ...options, reviewer: name.current });
      return { stage: "open", session };
    },
    [caseId],
  );

  const resume = useCallback(
    () =>
      run(async () => {
        const detail = await call("showCase", { caseId }, undefined);
        const { summary, automatic, reviewId, reviewStart } = detail;
        const options = { start: reviewStart ?? "assisted", fresh: false } as const;
        if (opensByHand.current) {
          opensByHand.current = false;
          return open({ start: "manual", fresh: false }, detail);
        }
        // Also a signed one: who looks at it has not begun to change it.
        if (reviewId !== null) return open({ ...options, reviewId }, detail);
        if (automatic !== null) return open(options, detail);
        // Whether or not it is taken, it is waited for.
        void call("hasten", { caseId }, {}).catch(() => undefined);
        return { stage: "waiting", summary };
      }),
    [caseId, open, run],
  );

  useEffect(() => {
    resume();
    return () => {
      turn.current++;
      current.current?.dispose();
      current.current = null;
    };
  }, [resume]);

  const waiting = stage.stage === "waiting";
  useEffect(() => {
    if (!waiting) return;
    return listenToEvents({
      onOpen: () => undefined,
      onLost: () => undefined,
      onCase: (summary) => {
        if (summary.id !== caseId) return;
        if (summary.state === "to-review") resume();
        else setStage((now) => (now.stage === "waiting" ? { stage: "waiting", summary } : now));
      },
      onRemoved: (id) => id === caseId && setStage({ stage: "removed" }),
    });
  }, [waiting, caseId, resume]);

  return { stage, begin: (start, fresh) => run(() => open({ start, fresh })), retry: resume };
}

/** The session's state, rendered anew whenever it changes. */
export function useReviewState(session: ReviewSession): ReviewState {
  return useSyncExternalStore(session.subscribe, session.getState);
}
