/** What a display window makes of HU: DICOM's linear function (PS3.3 C.11.2.1.3.2, LINEAR_EXACT), as pixels of a canvas. */
import type { HuWindow } from "../../session/review-state.ts";

/** HU are 16-bit; a table's entry stands at HU + this. */
export const lowestHu = -32768;
const opaque = 0xff000000;

/** One opaque grey pixel for each HU: black up to `lower`, white from `upper` on. */
export function windowGreys({ lower, upper }: HuWindow): Uint32Array<ArrayBuffer> {
  const width = Math.max(1, upper - lower);
  return Uint32Array.from({ length: 65536 }, (_, at) => {
    const grey = Math.round(Math.min(255, Math.max(0, (255 * (at + lowestHu - lower)) / width)));
    // Red, green and blue are alike, so that the machine's byte order only matters for alpha, little-endian wherever browsers run.
    return (opaque | (grey << 16) | (grey << 8) | grey) >>> 0;
  });
}
