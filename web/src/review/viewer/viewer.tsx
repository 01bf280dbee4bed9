/**
 * The viewer: axial large, coronal and sagittal beside it, the slice bar between, keys for the whole page. React lays out
 * and owns lifetimes; what moves is drawn by viewer-planes.ts without React, since a scroll must not wait for a render.
 */
import { useEffect, useRef, useState } from "react";
import { type Plane, planes } from "#editing/tools/plane.ts";
import { handleKey } from "../shortcuts.ts";
import { planeName } from "./orientation.ts";
import { planeGeometry } from "./plane-geometry.ts";
import { SliceBar } from "./slice-bar/slice-bar.tsx";
import "./viewer.css";
import type { ReviewSession } from "../session/review-session.ts";
import { viewerActions } from "./viewer-actions.ts";
import { ViewerPlanes } from "./viewer-planes.ts";

type ViewerProps = {
  readonly session: ReviewSession;
  /** The help sheet was asked for (`?`). */
  readonly onHelp?: () => void;
};

export function Viewer({ session, onHelp }: ViewerProps) {
  const hosts = useRef<Partial<Record<Plane, HTMLElement>>>({});
  const help = useRef(onHelp);
  help.current = onHelp;
  const [maximised, setMaximised] = useState<Plane | null>(null);
  const toggle = (plane: Plane) => setMaximised((current) => (current ? null : plane));

  useEffect(() => {
    const { axial, coronal, sagittal } = hosts.current;
    if (!axial || !coronal || !sagittal) return;
    const view = new ViewerPlanes(session, { axial, coronal, sagittal }, toggleFrom(setMaximised));
    const actions = viewerActions(session, view);
    const onKey = (event: KeyboardEvent) => {
      handleKey(event, { session, viewer: actions, showHelp: () => help.current?.() });
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
      view.dispose();
    };
  }, [session]);

  const { grid } = session.ct;
  const name = (plane: Plane): string => planeName(grid, planeGeometry(grid, plane)).toLowerCase();

  return (
    <div className="viewer" data-maximised={maximised ?? undefined}>
      {planes.map((plane) => (
        <div
          key={plane}
          className="viewer-plane"
          data-plane={plane}
          ref={(element) => {
            if (element) hosts.current[plane] = element;
          }}
        >
          <button
            type="button"
            className="plane-maximise"
            data-testid={`maximise-${plane}`}
            aria-pressed={maximised === plane}
            aria-label={maximised ? "Show all planes" : `Enlarge ${name(plane)}`}
            title={maximised ? "Show all planes" : `Enlarge ${name(plane)} (double-click)`}
            onClick={() => toggle(plane)}
          >
            <svg
              width="14"
              height="14"
              viewBox="0 0 14 14"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.5"
              aria-hidden="true"
            >
              {maximised ? (
                <path d="M5 1v4H1M9 1v4h4M5 13V9H1m8 4V9h4" />
              ) : (
                <path d="M1 5V1h4M13 5V1H9M1 9v4h4m8-4v4H9" />
              )}
            </svg>
          </button>
        </div>
      ))}
      <SliceBar session={session} />
    </div>
  );
}

function toggleFrom(set: (next: (current: Plane | null) => Plane | null) => void): (plane: Plane) => void {
  return (plane) => set((current) => (current ? null : plane));
}
