/**
 * One Cornerstone stack viewport, drawn by its CPU path: the same pixels on every machine, no shaders to compile, and it
 * works over remote desktops. `Cornerstone.init` is not called, because it opens a WebGL context to look at the graphics
 * card; switching to CPU rendering is all that a stack needs. Painting is synchronous, so that the overlay of the same
 * animation frame belongs to the same slice.
 */
import {
  Enums,
  RenderingEngine,
  type StackViewport,
  setUseCPURendering,
  type Types,
} from "@cornerstonejs/core";
import type { HuWindow } from "../session/review-state.ts";
import { cornerstoneCamera, type PlaneProjection } from "./plane-projection.ts";

/** In voxels: below rounding of the screen, above that of the arithmetic. */
const negligibleShift = 1e-6;

/** One Cornerstone engine for the planes of one viewer. */
export function createEngine(): RenderingEngine {
  setUseCPURendering(true, false);
  return new RenderingEngine(crypto.randomUUID());
}

export class PlanePainter {
  readonly #engine: RenderingEngine;
  readonly #viewport: StackViewport;
  readonly #id: string;
  #image: Types.IImage | null = null;

  constructor(engine: RenderingEngine, id: string, element: HTMLDivElement) {
    this.#engine = engine;
    this.#id = id;
    addOpaqueCanvas(element);
    engine.enableElement({ viewportId: id, type: Enums.ViewportType.STACK, element });
    this.#viewport = engine.getViewport(id) as StackViewport;
  }

  dispose(): void {
    this.#engine.disableElement(this.#id);
  }

  /** Cornerstone sizes its canvas in CSS pixels in CPU mode; device pixels are sharper, and its camera allows them. */
  resize(deviceWidth: number, deviceHeight: number): void {
    const { canvas } = this.#viewport;
    if (canvas.width === deviceWidth && canvas.height === deviceHeight) return;
    canvas.width = deviceWidth;
    canvas.height = deviceHeight;
    canvas.style.aspectRatio = "";
  }

  /** Paints now. */
  paint(image: Types.IImage, window: HuWindow, projection: PlaneProjection): void {
    const viewport = this.#viewport;
    if (image !== this.#image) viewport.renderImageObject(image);
    this.#image = image;
    viewport.setProperties({ voiRange: { lower: window.lower, upper: window.upper } }, true);
    this.#aim(projection, image);
    viewport.customRenderViewportToCanvas();
  }

  clear(): void {
    const { canvas } = this.#viewport;
    const context = canvas.getContext("2d");
    context?.setTransform(1, 0, 0, 1, 0, 0);
    context?.clearRect(0, 0, canvas.width, canvas.height);
  }

  /** Cornerstone moves its camera by differences of points in the patient: from where it is to where it should be. */
  #aim(projection: PlaneProjection, image: Types.IImage): void {
    const { scale, translation } = cornerstoneCamera(projection);
    const [x, y] = this.#viewport.getPan();
    const off = Math.max(Math.abs(x - translation[0]), Math.abs(y - translation[1]));
    if (scale === this.#viewport.getZoom() && off < negligibleShift) return;
    const { focalPoint } = this.#viewport.getCamera();
    const data = this.#viewport.getImageData();
    if (!focalPoint || !data) return;
    const { direction } = data;
    const du = (x - translation[0]) * image.columnPixelSpacing;
    const dv = (y - translation[1]) * image.rowPixelSpacing;
    const moved = [0, 1, 2].map(
      (axis) => focalPoint[axis] + du * direction[axis] + dv * direction[axis + 3],
    ) as Types.Point3;
    this.#viewport.setCamera({ focalPoint: moved, scale });
  }
}

/**
 * The canvas that Cornerstone would make and that it takes if it is there, but opaque: the browser need not blend it with
 * what lies below, which shows where it draws pages without a graphics card.
 */
function addOpaqueCanvas(element: HTMLElement): void {
  const frame = document.createElement("div");
  frame.className = "viewport-element";
  const canvas = document.createElement("canvas");
  canvas.className = "cornerstone-canvas";
  canvas.getContext("2d", { alpha: false });
  frame.append(canvas);
  element.append(frame);
}
