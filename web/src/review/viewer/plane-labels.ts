/**
 * The small text around a plane's image: who, which slice, which window, what is under the pointer, and where left, right,
 * front, back, head and feet are. DOM, not canvas: sharp, selectable by tests and free while nothing changes.
 */
import { dot } from "#core/coordinates.ts";
import { type Grid, nearestVoxel, voxelToPatient } from "#geometry/grid.ts";
import { formatPatientName, formatSeries, formatStudyDate } from "../../format.ts";
import { sliceWorthText } from "../../ui/worth.ts";
import type { CtStore } from "../session/ct/ct-store.ts";
import type { Comparison, HuWindow, ReviewState } from "../session/review-state.ts";
import { edgeLetters, planeName } from "./orientation.ts";
import { type PlaneGeometry, voxelOf } from "./plane-geometry.ts";
import type { PlanePoint } from "./plane-marks.ts";
import { comparisonColours } from "./slice-shapes.ts";

export class PlaneLabels {
  readonly #grid: Grid;
  readonly #geometry: PlaneGeometry;
  readonly #who: HTMLElement;
  readonly #window: HTMLElement;
  readonly #slice: HTMLElement;
  readonly #spacing: HTMLElement;
  readonly #under: HTMLElement;
  readonly #placeholder: HTMLElement;
  readonly #legend: HTMLElement;
  #comparison: Comparison | null = null;

  constructor(parent: HTMLElement, grid: Grid, geometry: PlaneGeometry) {
    this.#grid = grid;
    this.#geometry = geometry;
    const edges = edgeLetters(grid, geometry);
    for (const edge of ["left", "right", "top", "bottom"] as const)
      add(parent, `plane-edge plane-edge-${edge}`).textContent = edges[edge];
    const upper = add(parent, "plane-text plane-text-who");
    this.#who = add(upper, "plane-who");
    this.#legend = add(upper, "plane-legend");
    this.#window = add(parent, "plane-text plane-text-window");
    const corner = add(parent, "plane-text plane-text-slice");
    this.#under = add(corner, "plane-under");
    this.#slice = add(corner, "plane-slice");
    this.#spacing = add(corner, "plane-spacing");
    this.#placeholder = add(parent, "plane-placeholder");
    this.#placeholder.hidden = true;
  }

  update(state: ReviewState, slice: number): void {
    const { plane, count } = this.#geometry;
    const { summary } = state.detail;
    const name = formatPatientName(summary.patientName);
    const patient = name === summary.patientId ? [name] : [name, summary.patientId];
    const series = [formatSeries(summary), formatStudyDate(summary.studyDate)];
    const who = plane === "axial" ? [...patient, ...series] : [];
    write(this.#who, [planeName(this.#grid, this.#geometry), ...who].join("\n"));
    if (plane === "axial" && state.comparison !== this.#comparison) this.#showLegend(state);
    write(this.#window, windowText(state.window));
    const position = positionMm(this.#grid, this.#geometry, slice).toFixed(1);
    const { uMm, vMm, wMm } = this.#geometry;
    const worth = plane === "axial" && sliceWorthText(state.detail.automatic?.expected?.perSlice, slice);
    write(this.#slice, `${slice + 1} / ${count}   ${position} mm${worth ? `\n${worth}` : ""}`);
    if (plane === "axial")
      write(this.#spacing, `${trim(uMm)} × ${trim(vMm)} mm, slices ${trim(wMm)} mm apart`);
  }

  /** Which colour is whose, while two sources are compared. */
  #showLegend(state: ReviewState): void {
    this.#comparison = state.comparison;
    this.#legend.replaceChildren();
    if (!state.comparison) return;
    const lines = [
      ["reference", sourceName(state, state.comparison.referenceId)],
      ["other", sourceName(state, state.comparison.otherId)],
      ["both", "both"],
    ] as const;
    for (const [colour, name] of lines) {
      const line = add(this.#legend, "plane-legend-line");
      add(line, "plane-legend-mark").style.background = `rgb(${comparisonColours[colour].join(" ")})`;
      line.append(name);
    }
  }

  /** What is under the pointer; nothing outside the image. */
  showUnder(point: PlanePoint | null, slice: number, ct: CtStore): void {
    const { width, height } = this.#geometry;
    const inside =
      point && point[0] > -0.5 && point[1] > -0.5 && point[0] < width - 0.5 && point[1] < height - 0.5;
    if (!inside) {
      write(this.#under, "");
      return;
    }
    const exact = voxelOf(this.#geometry, point[0], point[1], slice);
    const [i, j, k] = nearestVoxel(this.#grid, exact);
    const hu = ct.isLoaded(k) ? ct.hu[i + this.#grid.size[0] * (j + this.#grid.size[1] * k)] : "–";
    const [x, y, z] = voxelToPatient(this.#grid, exact);
    write(
      this.#under,
      `${hu} HU\nvoxel ${i} ${j} ${k}\n${x.toFixed(1)} ${y.toFixed(1)} ${z.toFixed(1)} mm LPS`,
    );
  }

  showPlaceholder(text: string | null): void {
    this.#placeholder.hidden = text === null;
    if (text !== null) write(this.#placeholder, text);
  }
}

function sourceName(state: ReviewState, id: string): string {
  const structure = state.structures.find((candidate) => id === `structure:${candidate.id}`);
  return structure?.name ?? state.detail.sources.find((source) => source.id === id)?.label ?? id;
}

/** W and L as people read them: width and middle of the window. */
function windowText({ lower, upper }: HuWindow): string {
  return `W ${Math.round(upper - lower)}  L ${Math.round((upper + lower) / 2)}`;
}

/** The patient coordinate (LPS) that the plane's slices step through; along the slices' normal if they are oblique. */
function positionMm(grid: Grid, geometry: PlaneGeometry, slice: number): number {
  const axis = grid.axes[geometry.axes[2]];
  const main = axis.reduce((most, part) => (Math.abs(part) > Math.abs(most) ? part : most));
  return Math.sign(main) * dot(voxelToPatient(grid, voxelOf(geometry, 0, 0, slice)), axis);
}

function trim(mm: number): string {
  return String(Number(mm.toFixed(3)));
}

function add(parent: HTMLElement, className: string): HTMLElement {
  const element = document.createElement("div");
  element.className = className;
  parent.append(element);
  return element;
}

/** Writing the same text would lay the page out again. */
function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
