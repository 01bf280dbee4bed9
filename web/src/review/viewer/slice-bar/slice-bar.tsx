/** Beside the axial view: where the contour is, where the model is unsure, what has not been seen, and where one is. */
import { type ReactNode, useEffect, useRef } from "react";
import type { ReviewSession } from "../../session/review-session.ts";
import { SliceBarLegend } from "./slice-bar-legend.tsx";
import { SliceBarView } from "./slice-bar-view.ts";

export function SliceBar({ session }: { readonly session: ReviewSession }): ReactNode {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!element.current) return;
    const view = new SliceBarView(element.current, session);
    return () => view.dispose();
  }, [session]);
  return (
    <div className="slice-bar-column">
      <div
        ref={element}
        className="slice-bar"
        data-testid="slice-bar"
        role="slider"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label="Axial slice"
        aria-valuemin={1}
        aria-valuemax={session.ct.grid.size[2]}
        aria-valuenow={session.getState().cursor[2] + 1}
      />
      <SliceBarLegend session={session} />
    </div>
  );
}
