/**
 * Draws the slice bar: one row a slice, head at the top. From the left: a column that says which required slices were not
 * seen yet (an outlined lozenge from the first to the last of a run; seen ones a small dot), bars of the contour's area, at the right
 * bars where the model is unsure, and the current slice as a line across. Shapes, not colours alone, tell them apart; a person
 * finds them in slice-bar-legend.tsx.
 */
import { numberRuns } from "#core/number-runs.ts";
import { unseenSlices } from "../../session/slice-targets.ts";

type SliceBarModel = {
  readonly count: number;
  readonly current: number;
  /** True if slice 0 is at the bottom. */
  readonly headUp: boolean;
  /** Voxels of the active structure, and voxels in which the model is unsure; one a slice. */
  readonly areas: ArrayLike<number>;
  readonly unsure: ArrayLike<number>;
  readonly colour: readonly [number, number, number];
  readonly required: ReadonlySet<number>;
  readonly seen: ReadonlySet<number>;
  readonly isLoaded: (k: number) => boolean;
};

/** Of the marks, for the bar and its legend. */
export const barColours = {
  loaded: "#1c222b",
  notLoaded: "#12161b",
  unsure: "#e3b341",
  seen: "#6f7b89",
  unseen: "#f4f7fb",
  current: "#79c0ff",
} as const;

/** CSS pixels above the first and below the last row, for the letters. */
export const barMargin = 16;
const marksWidth = 11;
const unsureWidth = 8;

/** The middle of slice `k` in CSS pixels from the top of a bar of `height`. */
export function rowMiddle(k: number, count: number, headUp: boolean, height: number): number {
  const row = headUp ? count - 1 - k : k;
  return barMargin + ((row + 0.5) * (height - 2 * barMargin)) / count;
}

/** The slice at `y`, within the volume. */
export function sliceAt(y: number, count: number, headUp: boolean, height: number): number {
  const row = Math.floor(((y - barMargin) * count) / (height - 2 * barMargin));
  const inside = Math.min(count - 1, Math.max(0, row));
  return headUp ? count - 1 - inside : inside;
}

/** First and last slice of each run of neighbours that are required and were not seen, ascending. */
export function unseenRuns(
  required: ReadonlySet<number>,
  seen: ReadonlySet<number>,
): readonly (readonly [number, number])[] {
  return numberRuns(unseenSlices(required, seen));
}

export function paintSliceBar(
  context: CanvasRenderingContext2D,
  model: SliceBarModel,
  width: number,
  height: number,
): void {
  const { count, headUp, current } = model;
  const rowHeight = (height - 2 * barMargin) / count;
  const barsWidth = width - marksWidth - unsureWidth - 4;
  const most = maximum(model.areas);
  const mostUnsure = maximum(model.unsure);
  context.clearRect(0, 0, width, height);
  for (let k = 0; k < count; k++) {
    const y = rowMiddle(k, count, headUp, height);
    const top = y - rowHeight / 2;
    // Half a pixel of overlap: no hairlines between rows.
    const tall = rowHeight + 0.5;
    context.fillStyle = model.isLoaded(k) ? barColours.loaded : barColours.notLoaded;
    context.fillRect(marksWidth, top, barsWidth, tall);
    if (model.areas[k] > 0) {
      context.fillStyle = `rgb(${model.colour.join(" ")})`;
      context.fillRect(marksWidth, top, Math.max(2, (barsWidth * model.areas[k]) / most), tall);
    }
    if (model.unsure[k] > 0) {
      const wide = Math.max(2, (unsureWidth * model.unsure[k]) / mostUnsure);
      context.fillStyle = barColours.unsure;
      context.fillRect(width - 2 - wide, top, wide, Math.max(1, Math.min(tall, rowHeight * 0.6)));
    }
  }
  // Over the rows, so that neighbouring rows do not cut the marks.
  for (const k of model.required) {
    if (model.seen.has(k)) paintSeen(context, rowMiddle(k, count, headUp, height), rowHeight);
  }
  for (const [first, last] of unseenRuns(model.required, model.seen)) {
    const ends = [rowMiddle(first, count, headUp, height), rowMiddle(last, count, headUp, height)];
    paintUnseen(context, { top: Math.min(...ends), bottom: Math.max(...ends) }, rowHeight);
  }
  paintCurrent(context, rowMiddle(current, count, headUp, height), width);
  context.fillStyle = "#aeb8c4";
  context.font = "700 10px system-ui, sans-serif";
  context.textAlign = "center";
  context.fillText(headUp ? "S" : "I", width / 2, 11);
  context.fillText(headUp ? "I" : "S", width / 2, height - 5);
}

/** Seen: a small dot. */
function paintSeen(context: CanvasRenderingContext2D, y: number, rowHeight: number): void {
  context.beginPath();
  context.fillStyle = barColours.seen;
  context.arc(marksWidth / 2, y, Math.min(1.75, Math.max(0.75, rowHeight / 2.5)), 0, 2 * Math.PI);
  context.fill();
}

/** Not seen: a hollow lozenge, a diamond where it is one slice, as long as the run where it is many. */
function paintUnseen(
  context: CanvasRenderingContext2D,
  { top, bottom }: { readonly top: number; readonly bottom: number },
  rowHeight: number,
): void {
  const x = marksWidth / 2;
  const size = Math.min(4, Math.max(2.25, rowHeight * 0.5));
  context.beginPath();
  context.moveTo(x, top - size);
  context.lineTo(x + size, top);
  context.lineTo(x + size, bottom);
  context.lineTo(x, bottom + size);
  context.lineTo(x - size, bottom);
  context.lineTo(x - size, top);
  context.closePath();
  context.fillStyle = "#0d1014";
  context.fill();
  context.strokeStyle = barColours.unseen;
  context.lineWidth = 1.25;
  context.stroke();
}

function paintCurrent(context: CanvasRenderingContext2D, y: number, width: number): void {
  context.fillStyle = "#000";
  context.fillRect(0, y - 2, width, 4);
  context.fillStyle = barColours.current;
  context.fillRect(0, y - 1, width, 2);
  context.beginPath();
  context.moveTo(width, y - 5);
  context.lineTo(width - 7, y);
  context.lineTo(width, y + 5);
  context.closePath();
  context.fill();
}

function maximum(values: ArrayLike<number>): number {
  let most = 1;
  for (let at = 0; at < values.length; at++) most = Math.max(most, values[at]);
  return most;
}
