/** What the marks of the slice bar mean: a card over the image, opened and closed by a button below the bar. */
import { type ReactNode, useId, useState, useSyncExternalStore } from "react";
import type { ReviewSession } from "../../session/review-session.ts";
import { barColours } from "./slice-bar-painter.ts";
import "./slice-bar-legend.css";

export function SliceBarLegend({ session }: { readonly session: ReviewSession }): ReactNode {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <button
        type="button"
        className="slice-legend-button"
        aria-expanded={open}
        aria-controls={id}
        title="What the marks beside the slices mean"
        data-testid="slice-legend"
        onClick={() => setOpen(!open)}
      >
        Legend
      </button>
      <div id={id} className="slice-legend" hidden={!open} data-testid="slice-legend-card">
        {open && <Marks session={session} />}
      </div>
    </>
  );
}

function Marks({ session }: { readonly session: ReviewSession }): ReactNode {
  const { structures, activeId } = useSyncExternalStore(session.subscribe, session.getState);
  const active = structures.find(({ id }) => id === activeId);
  const colour = `rgb(${(active?.colour ?? [200, 200, 200]).join(" ")})`;
  return (
    <dl>
      <Mark drawing={<path d="M0 3h14M0 6h20M0 9h17" stroke={colour} strokeWidth="3" />}>
        {active?.name} is drawn there: the longer, the larger in that slice
      </Mark>
      <Mark drawing={<path d="M15 3h5M11 6h9M14 9h6" stroke={barColours.unsure} strokeWidth="2" />}>
        The model is in doubt: the longer, the more voxels
      </Mark>
      <Mark drawing={<path d="M10 1l3 3v4l-3 3-3-3V4Z" stroke={barColours.unseen} strokeWidth="1.25" />}>
        To be seen before signing, not seen yet
      </Mark>
      <Mark drawing={<circle cx="10" cy="6" r="2" fill={barColours.seen} />}>To be seen, and seen</Mark>
      <Mark
        drawing={
          <>
            <path d="M0 6h20" stroke={barColours.current} strokeWidth="2" />
            <path d="M20 1.5l-6 4.5 6 4.5Z" fill={barColours.current} />
          </>
        }
      >
        The slice on screen
      </Mark>
      <Mark
        drawing={
          <>
            <rect width="20" height="6" fill={barColours.loaded} />
            <rect y="6" width="20" height="6" fill={barColours.notLoaded} />
          </>
        }
      >
        Darker rows: not loaded yet
      </Mark>
      <Mark
        drawing={
          <text x="10" y="10" textAnchor="middle" fontSize="10" fontWeight="700" fill="currentColor">
            S I
          </text>
        }
      >
        Towards the head, towards the feet
      </Mark>
    </dl>
  );
}

/** `drawing` in a box of 20 by 12. */
function Mark({
  drawing,
  children,
}: {
  readonly drawing: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div>
      <dt>
        <svg viewBox="0 0 20 12" width="30" height="18" fill="none" aria-hidden="true">
          {drawing}
        </svg>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
