/**
 * The server's stream of events, kept open: the browser reconnects after a lost connection by itself, and where it gives up
 * (the server answered with an error) it is opened again after a while.
 */
import { type CaseSummary, caseSummarySchema } from "#contract/workspace/case.ts";
import {
  byteRoutes,
  type ReviewEvent,
  removedEventSchema,
  reviewEventSchema,
} from "#contract/workspace/routes.ts";

const reopenAfterMs = 3000;

type EventHandlers = {
  /** Connected, also again: whatever happened meanwhile was missed. */
  readonly onOpen: () => void;
  readonly onLost: () => void;
  readonly onCase: (summary: CaseSummary) => void;
  readonly onRemoved: (caseId: string) => void;
  readonly onReview?: (event: ReviewEvent) => void;
};

/** Returns what closes it. */
export function listenToEvents(handlers: EventHandlers): () => void {
  let source: EventSource | undefined;
  let timer = 0;
  const open = (): void => {
    source = new EventSource(byteRoutes.events);
    source.addEventListener("open", handlers.onOpen);
    source.addEventListener("error", () => {
      handlers.onLost();
      if (source?.readyState === EventSource.CLOSED) timer = window.setTimeout(open, reopenAfterMs);
    });
    source.addEventListener("case", ({ data }: MessageEvent<string>) =>
      handlers.onCase(caseSummarySchema.parse(JSON.parse(data))),
    );
    source.addEventListener("removed", ({ data }: MessageEvent<string>) =>
      handlers.onRemoved(removedEventSchema.parse(JSON.parse(data)).id),
    );
    source.addEventListener("review", ({ data }: MessageEvent<string>) =>
      handlers.onReview?.(reviewEventSchema.parse(JSON.parse(data))),
    );
  };
  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
