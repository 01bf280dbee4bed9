/**
 * The lungs of one upright axial slice by threshold: for slices that stand alone, where anatomy in three dimensions
 * (anatomy/find-lungs.ts) has nothing to go by. Vessels inside the lungs are part of them, airways in the middle are not.
 */

import { patientPoint } from "#core/coordinates.ts";
import { fillSlice } from "#editing/tools/fill-holes.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { createGrid } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";

/** Half way between lung and soft tissue, as a scanner's blur shows the pleura. */
const lungBelowHu = -380;
const bodyAboveHu = -300;
/** Airways and most loops of bowel are smaller. */
const smallestLungMm2 = 1200;
/** Less than this in all is no section of a chest that anything is inserted into. */
const smallestSectionMm2 = 3500;
/** Seen from the border inwards by this much, lung shows vessels or is denser than air; stomach and bowel hold gas alone. */
const insideMm = 4;
const bareAirHu = -945;
const vesselHu = -820;
const vesselPart = 0.02;
/** Vessels and fissures up to twice this width belong to the lung. */
const closingMm = 4.5;
/** Larger holes are tissue of their own: the dome of the liver, the heart's apex, a mass. */
const largestVesselMm2 = 350;

type SliceLungs = {
  /** 0 elsewhere, 1 right lung, 2 left lung, row by row. */
  readonly sides: Uint8Array;
  /** The patient without the room and the couch. */
  readonly body: Uint8Array;
  /** Column of the body's middle. */
  readonly middle: number;
};

/** Of a slice of `width` x `height` pixels of `pixelMm`; without lungs, `sides` is 0 everywhere. */
export function lungsOfSlice(
  hu: ArrayLike<number>,
  width: number,
  height: number,
  pixelMm: number,
): SliceLungs {
  const grid = createGrid([width, height, 1], [pixelMm, pixelMm, 1], patientPoint(0, 0, 0));
  const tissue = maskWhere(grid, (at) => hu[at] > bodyAboveHu);
  const body = fillSlice(largestRegion(tissue));
  const middle = middleColumn(body, width);
  const air = maskWhere(grid, (at) => body[at] === 1 && hu[at] < lungBelowHu);
  const { labels, sizes } = connectedComponents(air);
  const depth = distanceToMask(maskWhere(grid, (at) => air.data[at] === 0));
  const areaMm2 = (pixels: number): number => pixels * pixelMm * pixelMm;
  const isLung = sizes.map(
    (size, index) => areaMm2(size) >= smallestLungMm2 && holdsLung(hu, labels, index + 1, depth),
  );
  const all = sizes.reduce((sum, size, index) => sum + (isLung[index] ? areaMm2(size) : 0), 0);
  const sides = new Uint8Array(width * height);
  if (all < smallestSectionMm2) return { sides, body, middle };
  for (const side of [1, 2]) {
    const ofSide = maskWhere(
      grid,
      (at) => isLung[labels[at] - 1] === true && at % width < middle === (side === 1),
    );
    const closed = fillVessels(closeGaps(ofSide), pixelMm);
    for (let at = 0; at < sides.length; at++)
      if (closed[at] === 1 && body[at] === 1 && sides[at] === 0) sides[at] = side;
  }
  return { sides, body, middle };
}

function largestRegion(mask: Mask): Mask {
  const { labels, sizes } = connectedComponents(mask);
  let best = 0;
  for (let index = 1; index < sizes.length; index++) if (sizes[index] > sizes[best]) best = index;
  return maskWhere(mask.grid, (at) => labels[at] === best + 1);
}

function middleColumn(body: Uint8Array, width: number): number {
  let [sum, count] = [0, 0];
  for (let at = 0; at < body.length; at++) {
    if (body[at] === 0) continue;
    sum += at % width;
    count++;
  }
  return count === 0 ? width / 2 : sum / count;
}

function holdsLung(hu: ArrayLike<number>, labels: Int32Array, label: number, depth: Float32Array): boolean {
  const values: number[] = [];
  for (let at = 0; at < labels.length; at++)
    if (labels[at] === label && depth[at] > insideMm) values.push(hu[at]);
  if (values.length === 0) return false;
  values.sort((a, b) => a - b);
  const vessels = values[Math.floor(values.length * (1 - vesselPart))];
  return vessels > vesselHu && (values[values.length >> 1] > bareAirHu || values.length > 4000);
}

/** Grown and shrunk again by the same distance. */
function closeGaps(mask: Mask): Mask {
  const reach = distanceToMask(mask);
  const back = distanceToMask(maskWhere(mask.grid, (at) => !(reach[at] <= closingMm)));
  return maskWhere(mask.grid, (at) => mask.data[at] === 1 || back[at] > closingMm);
}

function fillVessels(mask: Mask, pixelMm: number): Uint8Array {
  const filled = fillSlice(mask);
  const holes = maskWhere(mask.grid, (at) => filled[at] === 1 && mask.data[at] === 0);
  const { labels, sizes } = connectedComponents(holes);
  return filled.map((value, at) =>
    labels[at] > 0 && sizes[labels[at] - 1] * pixelMm * pixelMm > largestVesselMm2 ? 0 : value,
  );
}
