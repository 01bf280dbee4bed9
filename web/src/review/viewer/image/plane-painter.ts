/**
 * The CT's slice on a canvas, by the processor alone: the same pixels on every machine, and it works over remote desktops.
 * Painting is synchronous and uses the overlay's own transform (plane-projection.ts): image and contours cannot disagree.
 */
import type { HuWindow } from "../../session/review-state.ts";
import type { PlaneGeometry } from "../plane-geometry.ts";
import { coefficients, type PlaneProjection } from "../plane-projection.ts";
import { lowestHu, windowGreys } from "./window-greys.ts";

export class PlanePainter {
  readonly #canvas = document.createElement("canvas");
  /** Opaque: the browser need not blend it with what lies below, which shows where it draws pages without a graphics card. */
  readonly #context = contextOf(this.#canvas, false);
  /** The slice at one pixel per voxel, u to the right and v down. */
  readonly #slice = document.createElement("canvas");
  readonly #sliceContext: CanvasRenderingContext2D;
  readonly #pixels: ImageData;
  #hu: Int16Array | null = null;
  #window: HuWindow | null = null;
  #greys = new Uint32Array(0);

  /** The canvas goes to the end of `element`. */
  constructor(element: HTMLElement, { width, height }: PlaneGeometry) {
    this.#canvas.className = "plane-image";
    element.append(this.#canvas);
    this.#slice.width = width;
    this.#slice.height = height;
    this.#sliceContext = contextOf(this.#slice, true);
    this.#pixels = new ImageData(width, height);
  }

  resize(deviceWidth: number, deviceHeight: number): void {
    if (this.#canvas.width === deviceWidth && this.#canvas.height === deviceHeight) return;
    this.#canvas.width = deviceWidth;
    this.#canvas.height = deviceHeight;
  }

  /** Paints now. `hu` is in (u, v) order; an array that was shown before still holds the same. */
  paint(hu: Int16Array, window: HuWindow, projection: PlaneProjection): void {
    this.#prepare(hu, window);
    this.clear();
    const [a, d, e, f] = coefficients(projection);
    this.#context.setTransform(a, 0, 0, d, e, f);
    // Integers are the centres of voxels: the first one's outer corner lies half a voxel before.
    this.#context.drawImage(this.#slice, -0.5, -0.5);
  }

  clear(): void {
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  #prepare(hu: Int16Array, window: HuWindow): void {
    if (hu === this.#hu && window === this.#window) return;
    if (window !== this.#window) this.#greys = windowGreys(window);
    const greys = this.#greys;
    const pixels = new Uint32Array(this.#pixels.data.buffer);
    for (let at = 0; at < pixels.length; at++) pixels[at] = greys[hu[at] - lowestHu];
    this.#sliceContext.putImageData(this.#pixels, 0, 0);
    this.#hu = hu;
    this.#window = window;
  }
}

function contextOf(canvas: HTMLCanvasElement, alpha: boolean): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { alpha });
  if (context === null) throw new Error("this browser has no 2D canvas");
  return context;
}
