/**
 * Opens a case's review and keeps it open while the page is there: which review that is, what is shown while there is no
 * automatic contour yet, and the change between the assisted and the manual one.
 */

import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { CaseDetail, CaseState, CaseSummary } from "#contract/workspace/case.ts";
import { call, RequestError } from "../server/api.ts";
import { listenToEvents } from "../server/events.ts";
import { explain } from "../server/explain.ts";
import type { OpenOptions } from "./session/open-review.ts";
import { ReviewSession } from "./session/review-session.ts";
import type { ReviewState } from "./session/review-state.ts";

type SessionOptions = Omit<OpenOptions, "reviewer">;

type ReviewStage =
  | { readonly stage: "loading" }
  | { readonly stage: "failed"; readonly message: string }
  /** No automatic contour yet, and nobody began without one. */
  | { readonly stage: "waiting"; readonly summary: CaseSummary }
  /** The CT is not read yet: it is tried again until it is. */
  | { readonly stage: "reading"; readonly options: SessionOptions }
  | { readonly stage: "removed" }
  | { readonly stage: "open"; readonly session: ReviewSession };

type Start = ReviewState["start"];

/** In any other there is a contour, or a review: also one that somebody else opened first. */
const waitsIn: readonly CaseState[] = ["received", "segmenting", "failed"];

export type OpenReview = {
  readonly stage: ReviewStage;
  /** Closes what is open. `fresh`: an open review of that start is left aside and a new one begins. */
  readonly begin: (start: Start, fresh: boolean) => void;
  readonly retry: () => void;
};

/** Between two tries to open a patient whose CT is being read. */
const readAgainMs = 500;

/** `byHand`: the review from nothing is opened first. */
export function useReview(caseId: string, reviewer: string, byHand: boolean): OpenReview {
  const [stage, setStage] = useState<ReviewStage>({ stage: "loading" });
  const current = useRef<ReviewSession>(null);
  /** Counts what was begun: answers to anything older are left aside. */
  const turn = useRef(0);
  const name = useRef(reviewer);
  name.current = reviewer;
  const opensByHand = useRef(byHand);

  /** `meanwhile`: what is shown until it is done. */
  const run = useCallback(
    (work: () => Promise<ReviewStage>, meanwhile: ReviewStage = { stage: "loading" }) => {
      const mine = ++turn.current;
      setStage(meanwhile);
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
    },
    [],
  );

  const open = useCallback(
    async (options: SessionOptions, loadedDetail?: CaseDetail): Promise<ReviewStage> => {
      // What was drawn last must be there before the server replays the log.
      // A page that the server takes nothing more from has nothing to wait for.
      await current.current?.record.flush().catch(() => undefined);
      current.current?.dispose();
      current.current = null;
      const detail = loadedDetail ?? (await call("showCase", { caseId }, undefined));
      return openStage(detail, { ...options, reviewer: name.current });
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

  const unread = stage.stage === "reading" ? stage.options : undefined;
  const tryAgain = useCallback(
    (options: SessionOptions) => run(() => open(options), { stage: "reading", options }),
    [open, run],
  );
  useUnreadCase(caseId, unread, tryAgain);
  const onChange = useCallback(
    (summary: CaseSummary) =>
      setStage((now) => (now.stage === "waiting" ? { stage: "waiting", summary } : now)),
    [],
  );
  const onRemoved = useCallback(() => setStage({ stage: "removed" }), []);
  const waitedFor = stage.stage === "waiting" ? stage.summary.state : undefined;
  useWaitingCase(caseId, waitedFor, { onReady: resume, onChange, onRemoved });

  return { stage, begin: (start, fresh) => run(() => open({ start, fresh })), retry: resume };
}

/** The open review; where the CT is not read yet, that. Throws `RequestError`. */
async function openStage(detail: CaseDetail, options: OpenOptions): Promise<ReviewStage> {
  try {
    return { stage: "open", session: await ReviewSession.open(detail, options) };
  } catch (reason) {
    const isUnread = reason instanceof RequestError && reason.code === "not-ready";
    if (isUnread && detail.summary.state !== "failed") return { stage: "reading", options };
    throw reason;
  }
}

/** Tries again in a moment, with what was asked for. */
function useUnreadCase(
  caseId: string,
  unread: SessionOptions | undefined,
  tryAgain: (options: SessionOptions) => void,
): void {
  const isUnread = unread !== undefined;
  useEffect(() => {
    // Once: whether or not it is taken, the patient is tried again.
    if (isUnread) void call("hasten", { caseId }, {}).catch(() => undefined);
  }, [caseId, isUnread]);
  useEffect(() => {
    if (unread === undefined) return;
    const again = setTimeout(() => tryAgain(unread), readAgainMs);
    return () => clearTimeout(again);
  }, [unread, tryAgain]);
}

type CaseListeners = {
  readonly onReady: () => void;
  readonly onChange: (summary: CaseSummary) => void;
  readonly onRemoved: () => void;
};

/** `state`: the case's, as it is shown; undefined while nothing is waited for. */
function useWaitingCase(
  caseId: string,
  state: CaseState | undefined,
  { onReady, onChange, onRemoved }: CaseListeners,
): void {
  const waiting = state !== undefined;
  const shown = useRef(state);
  shown.current = state;
  useEffect(() => {
    if (!waiting) return;
    const show = (summary: CaseSummary): void => {
      if (summary.id !== caseId) return;
      // The state that it came to wait in is no news: the page would open and wait without end.
      if (!waitsIn.includes(summary.state) && summary.state !== shown.current) onReady();
      else onChange(summary);
    };
    return listenToEvents({
      onOpen: () => {
        call("listCases", {}, undefined).then(
          (list) => {
            if (!list.some(({ id }) => id === caseId)) onRemoved();
            list.forEach(show);
          },
          () => undefined,
        );
      },
      onLost: () => undefined,
      onCase: show,
      onRemoved: (id) => id === caseId && onRemoved(),
    });
  }, [caseId, waiting, onReady, onChange, onRemoved]);
}

/** The session's state, rendered anew whenever it changes. */
export function useReviewState(session: ReviewSession): ReviewState {
  return useSyncExternalStore(session.subscribe, session.getState);
}
