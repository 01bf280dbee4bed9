/** Surfaces of the masks that were last expanded: a PTV begins at the same one as its CTV. */
import { boundingBox, cropMask } from "#geometry/crop.ts";
import { surfacePoints } from "#geometry/margins/margins-surface.ts";
import { type Mask, sameVoxels } from "#geometry/mask.ts";

/** A GTV's, a CTV's, and one of another choice. */
const mostSurfaces = 3;

/** `surfacePoints` that remembers. A mask is the same one wherever it lies in its grid: the voxels in its box decide. */
export function keepSurfaces(): (mask: Mask) => Float64Array {
  const surfaces: { readonly part: Mask; readonly points: Float64Array }[] = [];
  return (mask) => {
    const box = boundingBox(mask);
    if (box === undefined) return surfacePoints(mask);
    const part = cropMask(mask, box);
    const at = surfaces.findIndex((candidate) => sameShape(candidate.part, part));
    const surface = at < 0 ? { part, points: surfacePoints(part) } : surfaces.splice(at, 1)[0];
    surfaces.unshift(surface);
    surfaces.length = Math.min(surfaces.length, mostSurfaces);
    return surface.points.map((value, index) => value + box.from[index % 3]);
  };
}

/** Spacing decides too: the surface lies where millimetres say. */
function sameShape(a: Mask, b: Mask): boolean {
  const same = (first: readonly number[], second: readonly number[]): boolean =>
    first.every((value, axis) => value === second[axis]);
  return same(a.grid.size, b.grid.size) && same(a.grid.spacingMm, b.grid.spacingMm) && sameVoxels(a, b);
}
