/**
 * The icons: drawn for this program on a grid of 16, one stroke of 1.4, round ends. They never stand alone: the button or the
 * text beside them says what they mean.
 */
import type { ReactNode } from "react";

const paths = {
  add: "M8 3v10M3 8h10",
  approve: "M8 1.8 13 3.6v4.2c0 3-2 5.2-5 6.4-3-1.2-5-3.4-5-6.4V3.6ZM5.6 8l1.7 1.7 3.1-3.3",
  back: "M9.8 3 4.8 8l5 5",
  bars: "M2.5 13.5h11M4.5 11V7.5M8 11V3M11.5 11V5.5",
  box: "M2.5 5V2.5H5M11 2.5h2.5V5M13.5 11v2.5H11M5 13.5H2.5V11M5.5 5.5h5v5h-5Z",
  brush:
    "M13.5 2.5 7.6 8.6M7.6 8.6c1 .5 1.4 1.4 1 2.5-.6 1.7-2.8 2.5-6.1 2.2 1.3-.7 1.5-1.5 1.7-2.6.3-1.6 1.8-2.8 3.4-2.1Z",
  check: "M3 8.4 6.4 12 13 4.4",
  chevron: "M4 6l4 4 4-4",
  clear: "M3 4.5h10M6.3 4.5V3h3.4v1.5M4.4 4.5l.6 8.8h6l.6-8.8M6.9 7v3.8M9.1 7v3.8",
  click:
    "M6.2 6.2 13.6 9l-3.2 1.4L9 13.6ZM5.6 1.8v1.7M1.8 5.6h1.7M2.9 2.9l1.2 1.2M8.3 2.9 7.1 4.1M2.9 8.3l1.2-1.2",
  clickAnew: "M6.2 6.2 13.6 9l-3.2 1.4L9 13.6ZM1.8 5.6a3.8 3.8 0 0 1 6.5-2.7l1 .9M9.4 1.6v2.3H7.1",
  clock: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2ZM8 4.8V8l2.2 1.5",
  close: "M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4",
  cloud: "M4.8 12.5h6.4a2.6 2.6 0 0 0 .3-5.2 3.6 3.6 0 0 0-6.9-.6A3 3 0 0 0 4.8 12.5Z",
  copy: "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
  copyDown: "M3 2.5h10v4H3ZM3 9.5h10v4H3ZM8 5v6M6.4 9.6 8 11.2l1.6-1.6",
  copyUp: "M3 2.5h10v4H3ZM3 9.5h10v4H3ZM8 11V5M6.4 6.4 8 4.8l1.6 1.6",
  crosshair: "M8 1.5v4M8 10.5v4M1.5 8h4M10.5 8h4",
  download: "M8 2.2v7.6M4.9 6.9 8 10l3.1-3.1M2.8 13.4h10.4",
  edit: "M10.9 2.7l2.4 2.4L5.7 12.7l-3 .6.6-3ZM9.2 4.4l2.4 2.4",
  eraser: "M9.2 2.9l4 4-6.4 6.4H4.3L2.4 11.4a1 1 0 0 1 0-1.4ZM5.7 6.4l4 4M6.8 13.3h6.7",
  eye: "M1.6 8C3 5.3 5.3 3.8 8 3.8S13 5.3 14.4 8C13 10.7 10.7 12.2 8 12.2S3 10.7 1.6 8ZM8 6.1a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8Z",
  eyeOff:
    "M2.5 2.5l11 11M6.3 4.1A6.6 6.6 0 0 1 8 3.8c2.7 0 5 1.5 6.4 4.2a9.6 9.6 0 0 1-1.7 2.3M10.3 11.7a6.5 6.5 0 0 1-2.3.5c-2.7 0-5-1.5-6.4-4.2a9.4 9.4 0 0 1 2.3-2.9",
  failed: "M8 2 14.4 13.3H1.6ZM8 6.2v3.2M8 11.3v.2",
  fill: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2ZM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z",
  folder: "M1.8 12.8V3.4h4.3l1.6 1.8h6.5v7.6Z",
  forward: "M6.2 3l5 5-5 5",
  freehandAdd:
    "M2.4 10.2C1.4 6 4.3 2.4 8 2.9c3 .4 4 2.6 3.2 4.6M2.4 10.2c.7 2.4 2.6 3.2 4.8 2.6M11.8 9v5M9.3 11.5h5",
  freehandSubtract:
    "M2.4 10.2C1.4 6 4.3 2.4 8 2.9c3 .4 4 2.6 3.2 4.6M2.4 10.2c.7 2.4 2.6 3.2 4.8 2.6M9.3 11.5h5",
  help: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM6.2 6.4c.1-1.1.8-1.7 1.8-1.7s1.8.7 1.8 1.6c0 1.3-1.7 1.4-1.8 2.8M8 11.2v.2",
  inbox: "M2 9.3 4 3.2h8l2 6.1v3.5H2ZM2 9.3h3.6c.2 1.2 1.1 2 2.4 2s2.2-.8 2.4-2H14",
  interpolate: "M3 3.2h10M5 8h6M3 12.8h10M8 4.8v1.6M8 9.6v1.6",
  largest:
    "M6.4 3.2a3.9 3.9 0 1 0 0 7.8 3.9 3.9 0 0 0 0-7.8ZM12.6 10.8a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6Z",
  locked: "M3.5 7.2h9v6h-9ZM5.5 7.2V5a2.5 2.5 0 0 1 5 0v2.2",
  measure: "M1.9 10.9l9-9 3.2 3.2-9 9ZM4.6 8.2l1.4 1.4M7 5.8 8.4 7.2M9.4 3.4l1.4 1.4",
  minus: "M3 8h10",
  more: "M3.5 8h.2M8 8h.2M12.5 8h.2",
  navigate:
    "M8 1.8v12.4M1.8 8h12.4M6.4 3.4 8 1.8l1.6 1.6M6.4 12.6 8 14.2l1.6-1.6M3.4 6.4 1.8 8l1.6 1.6M12.6 6.4 14.2 8l-1.6 1.6",
  offline: "M2.5 2.5l11 11M5.6 5A3.6 3.6 0 0 1 11.5 7.3a2.6 2.6 0 0 1 1.6 4M10.5 12.5H4.8a3 3 0 0 1-.5-5.8",
  person: "M8 2.5a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4ZM2.9 13.6c.4-2.7 2.4-4 5.1-4s4.7 1.3 5.1 4",
  redo: "M10.2 3.2 13.2 6.2l-3 3M13 6.2H6.6a3.4 3.4 0 0 0 0 6.8h2.6",
  refresh:
    "M13.2 7A5.4 5.4 0 0 0 3.6 4.7L2.8 5.6M2.8 2.6v3h3M2.8 9a5.4 5.4 0 0 0 9.6 2.3l.8-.9M13.2 13.4v-3h-3",
  search: "M7 2.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2ZM10.4 10.4l3.4 3.4",
  sent: "M2.2 8.6 4.8 11.6 9.6 4.6M7.6 10.5l1 1.1 4.9-7",
  smooth: "M1.8 10.2c1.6-4.4 3.4-4.4 6.2-2.2s4.6 2.2 6.2-2.2",
  spinner: "M8 2.2a5.8 5.8 0 0 1 5.8 5.8",
  undo: "M5.8 3.2 2.8 6.2l3 3M3 6.2h6.4a3.4 3.4 0 0 1 0 6.8H6.8",
  upload: "M8 10.2V2.4M4.9 5.3 8 2.2l3.1 3.1M2.8 13.4h10.4",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactNode {
  return (
    <svg
      className={name === "spinner" ? "icon icon-spin" : "icon"}
      viewBox="0 0 16 16"
      style={{ width: `${size / 15}rem`, height: `${size / 15}rem` }}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
