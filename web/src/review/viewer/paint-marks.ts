/** Draws crosshair, scale bar, brush, freehand line, box and rulers on a plane's overlay; sizes in CSS pixels. */
import type { Drawing } from "./paint-structures.ts";
import type { BrushMark, PlaneMarks, PlanePoint } from "./plane-marks.ts";
import { pixelsPerMm, project } from "./plane-projection.ts";

const crosshairColour = "rgb(120 200 255 / 0.65)";
const inkColour = "rgb(255 255 255 / 0.95)";
const shadowColour = "rgb(0 0 0 / 0.7)";
const erasingColour = "rgb(255 190 120)";
/** Of the crosshair, so that the voxel itself stays visible. */
const gap = 9;

/** Everything below draws in CSS pixels. */
export function inCssPixels({ context, projection }: Drawing, draw: () => void): void {
  context.save();
  context.setTransform(projection.pixelRatio, 0, 0, projection.pixelRatio, 0, 0);
  draw();
  context.restore();
}

/** Hatches what a coronal or sagittal image shows before its slices arrived: it is not air. */
export function paintNotLoaded({ context, projection }: Drawing, isLoaded: (k: number) => boolean): void {
  const { width, height } = projection.geometry;
  const path = new Path2D();
  for (let from = 0; from < height; from++) {
    if (isLoaded(from)) continue;
    let to = from;
    while (to + 1 < height && !isLoaded(to + 1)) to++;
    const [x0, y0] = project(projection, -0.5, from - 0.5);
    const [x1, y1] = project(projection, width - 0.5, to + 0.5);
    path.rect(x0, Math.min(y0, y1), x1 - x0, Math.abs(y1 - y0));
    from = to;
  }
  context.save();
  context.clip(path);
  context.beginPath();
  const across = projection.deviceWidth / projection.pixelRatio;
  const down = projection.deviceHeight / projection.pixelRatio;
  for (let x = -down; x < across; x += 9) {
    context.moveTo(x, down);
    context.lineTo(x + down, 0);
  }
  context.lineWidth = 1;
  context.strokeStyle = "rgb(255 255 255 / 0.09)";
  context.stroke();
  context.restore();
}

export function paintCrosshair({ context, projection }: Drawing, [u, v]: PlanePoint): void {
  const [x, y] = project(projection, u, v);
  const [width, height] = [
    projection.deviceWidth / projection.pixelRatio,
    projection.deviceHeight / projection.pixelRatio,
  ];
  context.beginPath();
  for (const [x0, y0, x1, y1] of [
    [0, y, x - gap, y],
    [x + gap, y, width, y],
    [x, 0, x, y - gap],
    [x, y + gap, x, height],
  ]) {
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
  }
  context.lineWidth = 1;
  context.strokeStyle = crosshairColour;
  context.stroke();
}

/** The longest of 1, 2, 5, 10, 20 cm that is at most a third of the width, lower right. */
export function paintScaleBar({ context, projection }: Drawing): void {
  const width = projection.deviceWidth / projection.pixelRatio;
  const height = projection.deviceHeight / projection.pixelRatio;
  const perCm = 10 * pixelsPerMm(projection);
  const lengthCm = [20, 10, 5, 2, 1, 0.5].find((cm) => cm * perCm <= width / 3) ?? 0.2;
  const [right, y] = [width - 12, height - 12];
  const left = right - lengthCm * perCm;
  context.beginPath();
  context.moveTo(left, y - 5);
  context.lineTo(left, y);
  context.lineTo(right, y);
  context.lineTo(right, y - 5);
  twoLines(context, inkColour, 1.5);
  label(context, `${lengthCm < 1 ? `${lengthCm * 10} mm` : `${lengthCm} cm`}`, [(left + right) / 2, y - 9]);
}

export function paintMarks(drawing: Drawing, marks: PlaneMarks, colour: string): void {
  const { context, projection } = drawing;
  if (marks.freehand) paintFreehand(drawing, marks.freehand, colour);
  if (marks.brush) paintBrush(drawing, marks.brush);
  if (marks.box) {
    const [x0, y0] = project(projection, ...marks.box.from);
    const [x1, y1] = project(projection, ...marks.box.to);
    context.beginPath();
    context.rect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
    context.fillStyle = "rgb(120 200 255 / 0.12)";
    context.fill();
    context.setLineDash([5, 4]);
    twoLines(context, "rgb(150 210 255)", 1.25);
    context.setLineDash([]);
    label(context, marks.box.label, [(x0 + x1) / 2, Math.min(y0, y1) - 6]);
  }
}

export function paintBrush({ context, projection }: Drawing, { at, radiusMm, erases }: BrushMark): void {
  const [x, y] = project(projection, ...at);
  context.beginPath();
  context.arc(x, y, Math.max(0.5, radiusMm * pixelsPerMm(projection)), 0, 2 * Math.PI);
  context.setLineDash(erases ? [4, 3] : []);
  twoLines(context, erases ? erasingColour : inkColour, 1.25);
  context.setLineDash([]);
}

function paintFreehand(
  { context, projection }: Drawing,
  { points, erases }: { readonly points: readonly PlanePoint[]; readonly erases: boolean },
  colour: string,
): void {
  context.beginPath();
  points.forEach(([u, v], at) => {
    const [x, y] = project(projection, u, v);
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  twoLines(context, erases ? erasingColour : colour, 2);
  // The closing side, which the outline gets when it is let go.
  if (points.length < 3) return;
  context.beginPath();
  context.moveTo(...project(projection, ...points[points.length - 1]));
  context.lineTo(...project(projection, ...points[0]));
  context.setLineDash([3, 4]);
  twoLines(context, erases ? erasingColour : colour, 1);
  context.setLineDash([]);
}

type RulerMark = {
  readonly lengthMm: number;
  readonly ends: readonly [PlanePoint, PlanePoint];
  readonly selected: boolean;
};

export function paintRuler({ context, projection }: Drawing, { lengthMm, ends, selected }: RulerMark): void {
  const [x0, y0] = project(projection, ...ends[0]);
  const [x1, y1] = project(projection, ...ends[1]);
  const colour = selected ? "rgb(255 225 120)" : "rgb(160 235 190)";
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  for (const [x, y] of [
    [x0, y0],
    [x1, y1],
  ]) {
    context.moveTo(x + 3, y);
    context.arc(x, y, 3, 0, 2 * Math.PI);
  }
  twoLines(context, colour, selected ? 2 : 1.5);
  label(context, `${lengthMm.toFixed(1)} mm`, [x1 + 8, y1 - 8], "left");
}

function twoLines(context: CanvasRenderingContext2D, colour: string, width: number): void {
  context.strokeStyle = shadowColour;
  context.lineWidth = width + 1.5;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

function label(
  context: CanvasRenderingContext2D,
  text: string,
  [x, y]: readonly [number, number],
  align: CanvasTextAlign = "center",
): void {
  context.font = "500 11px system-ui, sans-serif";
  context.textAlign = align;
  context.lineJoin = "round";
  context.strokeStyle = shadowColour;
  context.lineWidth = 3;
  context.strokeText(text, x, y);
  context.fillStyle = inkColour;
  context.fillText(text, x, y);
}
