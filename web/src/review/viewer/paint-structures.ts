/** Draws structures, or the two sources of a comparison, on a plane's overlay. Draws nothing else. */
import type { Mask } from "#geometry/mask.ts";
import { shownImports } from "../session/other-structures/imported-rois.ts";
import type { ReviewState } from "../session/review-state.ts";
import { coefficients, type PlaneProjection } from "./plane-projection.ts";
import { isPainted } from "./slice-in-view.ts";
import { comparisonColours, type SliceShapes } from "./slice-shapes.ts";

/** Of the active structure's line, and no less than a pixel: it lies over the others and stands out. */
const otherLines = 2 / 3;

export type Drawing = {
  readonly context: CanvasRenderingContext2D;
  readonly projection: PlaneProjection;
  readonly slice: number;
};

export function paintStructures(
  { context, projection, slice }: Drawing,
  shapes: SliceShapes,
  state: ReviewState,
  maskOf: (sourceId: string) => Mask | undefined,
): void {
  for (const { id, colour } of shownImports(state)) {
    const mask = maskOf(id);
    const outline = mask && shapes.outline({ id, revision: "", mask, style: state.outline }, slice);
    if (outline)
      stroke(context, onScreen(outline, projection), css(colour), lineWidths(state, projection).other);
  }
  // The active structure last, so that it lies over the others.
  const painted = state.structures.filter(({ id }) => isPainted(state, id));
  painted.sort((a, b) => Number(a.id === state.activeId) - Number(b.id === state.activeId));
  for (const { id, revision, colour } of painted) {
    const mask = maskOf(`structure:${id}`);
    const shown = mask && { id, revision: String(revision), mask, style: state.outline };
    const outline = shown && shapes.outline(shown, slice);
    if (!outline) continue;
    const path = onScreen(outline, projection);
    const active = id === state.activeId;
    if (state.fillOpacity > 0) {
      context.globalAlpha = state.fillOpacity * (active ? 1 : 0.6);
      context.fillStyle = css(colour);
      context.fill(path, "evenodd");
    }
    context.globalAlpha = 1;
    if (state.contourVisible) {
      stroke(context, path, css(colour), lineWidths(state, projection)[active ? "active" : "other"]);
    }
  }
}

export function paintComparison(
  { context, projection, slice }: Drawing,
  shapes: SliceShapes,
  state: ReviewState,
  maskOf: (sourceId: string) => Mask | undefined,
): void {
  if (!state.comparison) return;
  const { referenceId, otherId } = state.comparison;
  const reference = maskOf(referenceId);
  const other = maskOf(otherId);
  paintUncompared({ context, projection, slice }, shapes, state, maskOf);
  if (!reference || !other) return;
  const revisions = state.structures.map((structure) => structure.revision).join();
  const revision = `${state.comparisonRevision}/${revisions}`;
  const image = shapes.comparison(`${referenceId}/${otherId}`, revision, { reference, other }, slice);
  if (image && state.fillOpacity > 0) {
    const [a, d, e, f] = coefficients(projection);
    context.save();
    context.globalAlpha = state.fillOpacity;
    context.imageSmoothingEnabled = false;
    context.setTransform(a, 0, 0, d, e, f);
    context.drawImage(image.canvas, image.u0 - 0.5, image.v0 - 0.5);
    context.restore();
  }
  if (!state.contourVisible) return;
  for (const [id, mask, colour] of [
    [referenceId, reference, comparisonColours.reference],
    [otherId, other, comparisonColours.other],
  ] as const) {
    const outline = shapes.outline({ id, revision, mask, style: state.outline }, slice);
    if (outline)
      stroke(context, onScreen(outline, projection), css(colour), lineWidths(state, projection).active);
  }
}

/** The active structure where it is not compared: the pen must not draw unseen. */
function paintUncompared(
  { context, projection, slice }: Drawing,
  shapes: SliceShapes,
  state: ReviewState,
  maskOf: (sourceId: string) => Mask | undefined,
): void {
  const { activeId, comparison, structures } = state;
  const source = `structure:${activeId}`;
  const active = structures.find(({ id }) => id === activeId);
  if (comparison?.referenceId === source || comparison?.otherId === source) return;
  const mask = maskOf(source);
  if (!active || !mask || !isPainted(state, activeId)) return;
  const shown = { id: activeId, revision: String(active.revision), mask, style: state.outline };
  const outline = shapes.outline(shown, slice);
  if (!outline) return;
  // Dashed: its red is not the red of the comparison.
  context.setLineDash([5 * projection.pixelRatio, 4 * projection.pixelRatio]);
  stroke(context, onScreen(outline, projection), css(active.colour), lineWidths(state, projection).other);
  context.setLineDash([]);
}

/** In device pixels. */
function lineWidths(
  { outlineWidth }: ReviewState,
  { pixelRatio }: PlaneProjection,
): { readonly active: number; readonly other: number } {
  return { active: outlineWidth * pixelRatio, other: Math.max(1, otherLines * outlineWidth) * pixelRatio };
}

/** The path in device pixels, so that lines keep their width. */
function onScreen(path: Path2D, projection: PlaneProjection): Path2D {
  const [a, d, e, f] = coefficients(projection);
  const placed = new Path2D();
  placed.addPath(path, { a, b: 0, c: 0, d, e, f });
  return placed;
}

/** A dark line below keeps a contour legible on bone and on other fills. */
function stroke(context: CanvasRenderingContext2D, path: Path2D, colour: string, width: number): void {
  context.lineJoin = "round";
  context.strokeStyle = "rgb(0 0 0 / 0.45)";
  context.lineWidth = width + 1.5;
  context.stroke(path);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}

export function css([red, green, blue]: readonly [number, number, number]): string {
  return `rgb(${red} ${green} ${blue})`;
}
