/**
 * One plane on screen: a canvas with the CT, above it a canvas with contours and marks, above that the text.
 * Image and overlay are painted in the same animation frame, from the same state. Knows no tools (pointer-tools.ts) and no
 * other plane (viewer-planes.ts).
 */
import type { Plane } from "#editing/tools/plane.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import { PlaneImages } from "./image/plane-images.ts";
import { PlanePainter } from "./image/plane-painter.ts";
import { planeName } from "./orientation.ts";
import {
  inCssPixels,
  paintBrush,
  paintCrosshair,
  paintMarks,
  paintNotLoaded,
  paintRuler,
  paintScaleBar,
} from "./paint-marks.ts";
import { css, paintComparison, paintStructures } from "./paint-structures.ts";
import { type PlaneGeometry, planeGeometry, sliceThrough } from "./plane-geometry.ts";
import { PlaneLabels } from "./plane-labels.ts";
import { type BrushMark, noMarks, type PlaneMarks, type PlanePoint, rulerMm } from "./plane-marks.ts";
import { type PlaneCamera, type PlaneProjection, unproject, wholePlane } from "./plane-projection.ts";
import { type Rulers, rulerEnds } from "./pointer/rulers.ts";
import { isPainted, showsSlice } from "./slice-in-view.ts";
import { SliceShapes } from "./slice-shapes.ts";

export class PlaneView {
  readonly geometry: PlaneGeometry;
  /** Takes pointer and keyboard; carries data-slice and data-rendered. */
  readonly element: HTMLDivElement;
  marks: PlaneMarks = noMarks;
  /** Where a ball under another plane's pointer cuts this slice. */
  ball: BrushMark | null = null;
  readonly #session: ReviewSession;
  readonly #rulers: Rulers;
  readonly #requestFrame: () => void;
  readonly #images: PlaneImages;
  readonly #painter: PlanePainter;
  readonly #shapes: SliceShapes;
  readonly #labels: PlaneLabels;
  readonly #overlay: HTMLCanvasElement;
  readonly #observer: ResizeObserver;
  #projection: PlaneProjection;
  #corner: readonly [number, number] = [0, 0];
  #imageDue = true;
  #overlayDue = true;
  #awaited = -1;
  #pointer: PlanePoint | null = null;

  constructor(
    host: HTMLElement,
    plane: Plane,
    parts: {
      readonly session: ReviewSession;
      readonly rulers: Rulers;
      readonly requestFrame: () => void;
    },
  ) {
    const { grid } = parts.session.ct;
    this.#session = parts.session;
    this.#rulers = parts.rulers;
    this.#requestFrame = parts.requestFrame;
    this.geometry = planeGeometry(grid, plane);
    this.element = document.createElement("div");
    this.element.className = "plane-surface";
    this.element.dataset.testid = `viewport-${plane}`;
    this.element.setAttribute("role", "application");
    this.element.setAttribute("aria-roledescription", "CT viewport");
    host.prepend(this.element);
    this.#images = new PlaneImages(parts.session.ct, this.geometry);
    this.#painter = new PlanePainter(this.element, this.geometry);
    this.element.tabIndex = 0;
    this.#shapes = new SliceShapes(this.geometry);
    this.#overlay = document.createElement("canvas");
    this.#overlay.className = "plane-overlay";
    this.element.append(this.#overlay);
    this.#labels = new PlaneLabels(this.element, grid, this.geometry);
    this.#projection = {
      geometry: this.geometry,
      camera: wholePlane(this.geometry),
      deviceWidth: 0,
      deviceHeight: 0,
      pixelRatio: 1,
    };
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(this.element);
  }

  dispose(): void {
    this.#observer.disconnect();
    this.element.remove();
  }

  get projection(): PlaneProjection {
    return this.#projection;
  }

  get slice(): number {
    return sliceThrough(this.geometry, this.#session.getState().cursor);
  }

  setCamera(camera: PlaneCamera): void {
    this.#projection = { ...this.#projection, camera };
    this.redraw("image");
  }

  redraw(part: "image" | "overlay"): void {
    if (part === "image") this.#imageDue = true;
    this.#overlayDue = true;
    this.#requestFrame();
  }

  /** More of the CT arrived: what was resliced before is out of date. */
  refresh(): void {
    this.#images.forget();
    this.redraw("image");
  }

  /** The voxel point (u, v) under the pointer, inside the image or not. */
  pointAt(event: MouseEvent): PlanePoint {
    return unproject(this.#projection, ...this.pixelAt(event));
  }

  /** In CSS pixels from the plane's upper left corner. */
  pixelAt(event: MouseEvent): readonly [number, number] {
    return [event.clientX - this.#corner[0], event.clientY - this.#corner[1]];
  }

  /** Where the element is on the page: asked for when a pointer comes, not with each of its moves. */
  locate(): void {
    const { left, top } = this.element.getBoundingClientRect();
    this.#corner = [left, top];
  }

  setPointer(point: PlanePoint | null): void {
    this.#pointer = point;
    this.redraw("overlay");
  }

  /** Paints what is due; called within an animation frame. */
  frame(): void {
    if (this.#projection.deviceWidth === 0) return;
    if (!this.#imageDue && !this.#overlayDue) return;
    const state = this.#session.getState();
    if (this.#imageDue) this.#paintImage(state);
    this.#paintOverlay(state);
    this.#labels.update(state, this.slice);
    this.#labels.showUnder(this.#pointer, this.slice, this.#session.ct);
    this.#imageDue = false;
    this.#overlayDue = false;
    this.#tellWhatShows();
  }

  /** Whether an axial slice would be in view so that its contour can be judged. */
  shows(k: number): boolean {
    const gtvs = this.#session.pen.structures.filter(({ type }) => type === "GTV");
    return showsSlice(
      this.#projection,
      gtvs.map(({ mask }) => mask),
      k,
    );
  }

  #tellWhatShows(): void {
    if (this.geometry.plane !== "axial") return;
    const { slice } = this;
    const state = this.#session.getState();
    const isDrawn = this.#session.pen.structures.every(
      ({ id, type, sliceVoxels }) => type !== "GTV" || sliceVoxels[slice] === 0 || isPainted(state, id),
    );
    const painted = this.element.dataset.rendered === String(slice);
    this.#session.record.sliceShown(painted && isDrawn && this.shows(slice) ? slice : null);
  }

  #paintImage(state: ReviewState): void {
    const { slice, element } = this;
    const { ct } = this.#session;
    element.dataset.slice = String(slice);
    element.setAttribute(
      "aria-label",
      `${planeName(ct.grid, this.geometry)}, slice ${slice + 1} of ${this.geometry.count}`,
    );
    const axial = this.geometry.plane === "axial";
    if (axial ? ct.isLoaded(slice) : state.loadedSlices > 0) {
      this.#painter.paint(this.#images.get(slice), state.window, this.#projection);
      element.dataset.rendered = String(slice);
      this.#labels.showPlaceholder(null);
      return;
    }
    this.#painter.clear();
    delete element.dataset.rendered;
    this.#labels.showPlaceholder(axial ? `Loading slice ${slice + 1}` : "Loading");
    if (axial && this.#awaited !== slice) {
      this.#awaited = slice;
      void ct.whenLoaded(slice).then(() => {
        if (this.#awaited === slice) this.#awaited = -1;
        this.redraw("image");
      });
    }
  }

  #paintOverlay(state: ReviewState): void {
    const context = this.#overlay.getContext("2d");
    if (!context) return;
    const drawing = { context, projection: this.#projection, slice: this.slice };
    const maskOf = (id: string) => this.#session.maskOf(id);
    context.clearRect(0, 0, this.#overlay.width, this.#overlay.height);
    if (state.comparison) paintComparison(drawing, this.#shapes, state, maskOf);
    else paintStructures(drawing, this.#shapes, state, maskOf);
    const active = state.structures.find((structure) => structure.id === state.activeId);
    const { ct } = this.#session;
    inCssPixels(drawing, () => {
      const [u, v] = this.geometry.axes;
      if (this.geometry.plane !== "axial" && state.loadedSlices < ct.grid.size[2])
        paintNotLoaded(drawing, (k) => ct.isLoaded(k));
      if (state.crosshairVisible) paintCrosshair(drawing, [state.cursor[u], state.cursor[v]]);
      for (const ruler of this.#rulers.on(this.geometry, drawing.slice)) {
        const ends = rulerEnds(this.geometry, ruler);
        const selected = ruler.id === this.#rulers.selectedId;
        paintRuler(drawing, { lengthMm: rulerMm(ct.grid, ruler), ends, selected });
      }
      paintMarks(drawing, this.marks, css(active?.colour ?? [255, 255, 255]));
      if (this.ball) paintBrush(drawing, this.ball);
      paintScaleBar(drawing);
    });
  }

  /** Runs between layout and paint: what is painted here shows at once, without a frame of stretched pixels. */
  #resize(): void {
    const pixelRatio = window.devicePixelRatio;
    const deviceWidth = Math.round(this.element.clientWidth * pixelRatio);
    const deviceHeight = Math.round(this.element.clientHeight * pixelRatio);
    const hidden = deviceWidth === 0 || deviceHeight === 0;
    this.#projection = {
      ...this.#projection,
      deviceWidth: hidden ? 0 : deviceWidth,
      deviceHeight,
      pixelRatio,
    };
    if (hidden) {
      this.#tellWhatShows();
      return;
    }
    this.#painter.resize(deviceWidth, deviceHeight);
    this.#overlay.width = deviceWidth;
    this.#overlay.height = deviceHeight;
    this.locate();
    this.#imageDue = true;
    this.frame();
  }
}
