/**
 * The server's stream of events, kept open: the browser reconnects after a lost connection by itself, and where it gives up
 * (the server answered with an error) it is opened again after a while. Closed while the tab is hidden: browsers open six
 * connections to a server without HTTP/2, and six tabs would leave none for anything else.
 */

import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { type CaseSummary, caseSummarySchema } from "#contract/workspace/case.ts";
import { type ReviewEvent, removedEventSchema, reviewEventSchema } from "#contract/workspace/routes.ts";

const reopenAfterMs = 3000;

type EventHandlers = {
  /** Connected, also again, and when the tab is shown again: whatever happened meanwhile was missed. */
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
  const close = (): void => {
    window.clearTimeout(timer);
    source?.close();
  };
  const asShown = (): void => {
    close();
    if (!document.hidden) open();
  };
  document.addEventListener("visibilitychange", asShown);
  asShown();
  return () => {
    document.removeEventListener("visibilitychange", asShown);
    close();
  };
}
