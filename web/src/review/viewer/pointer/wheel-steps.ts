/**
 * Wheel events as whole slices. A mouse wheel sends a notch at a time, a trackpad many small amounts that add up; the
 * browser does not say which of them it is.
 */

/** In pixels: a notch is 100 or more (120 in Chromium on Linux and Windows), a trackpad's event is below. */
const notchPixels = 50;
const pixelsPerNotch = 120;
/** Of a trackpad, for one slice. */
const trackpadPixels = 30;
/** Pixels of a line and of a page, in which Firefox may count. */
const unitPixels = [1, 40, 800];

/** A wheel event's vertical amount in pixels; positive is down. */
export function wheelPixels({ deltaY, deltaMode }: Pick<WheelEvent, "deltaY" | "deltaMode">): number {
  return deltaY * unitPixels[deltaMode];
}

export class WheelSteps {
  #rest = 0;

  /** Slices to step, positive for down. */
  take(pixels: number): number {
    if (Math.abs(pixels) >= notchPixels) {
      this.#rest = 0;
      return Math.sign(pixels) * Math.max(1, Math.round(Math.abs(pixels) / pixelsPerNotch));
    }
    this.#rest += pixels;
    const steps = Math.trunc(this.#rest / trackpadPixels);
    this.#rest -= steps * trackpadPixels;
    return steps;
  }
}
