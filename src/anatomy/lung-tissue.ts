/**
 * How much of an image looks like lung: a quick look whether a CT shows a chest at all. Means over blocks of about 6 mm
 * average noise and vessels out; what is as dense as aerated lung and thicker than three blocks counts. Unlike find-lungs.ts
 * it also sees the lung of a crop, which touches the image's sides; it does not say where a lung ends.
 */
import { blockMeans } from "#geometry/block-means.ts";
import { type Grid, voxelVolumeCc } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskWhere } from "#geometry/mask.ts";
import { connectedRuns, regionsAtSides } from "#geometry/regions/connected-components.ts";
import type { CoarseCt } from "./coarse-chest.ts";

const blockMm = 6;
/**
 * Aerated lung in means of blocks: bowel gas and the room are below, fat and soft tissue above. Emphysema inside the body
 * is nearly as dark as they are; what leads to the image's sides must not be, for foam under a patient is.
 */
export const lungHu = { enclosed: -985, atSides: -940, to: -500 } as const;

/** The cores of the two largest connected regions that look like lung, in cc: without their outermost blocks. 0 for none. */
export function lungTissueCc(ct: CoarseCt): number {
  const { grid, hu } = blocks(ct);
  const light = connectedRuns(maskWhere(grid, (at) => hu[at] <= lungHu.to));
  const atSides = regionsAtSides(grid, light);
  const lung = emptyMask(grid);
  light.labels.forEach((label, run) => {
    const leastHu = atSides[label] === 1 ? lungHu.atSides : lungHu.enclosed;
    for (let at = light.starts[run]; at < light.ends[run]; at++) if (hu[at] >= leastHu) lung.data[at] = 1;
  });
  const { sizes } = connectedRuns(eroded(lung));
  const [first = 0, second = 0] = sizes.toSorted((a, b) => b - a);
  return (first + second) * voxelVolumeCc(grid);
}

/** Mean HU of whole blocks; what is left over at the far ends is not looked at, but where an axis has less than one block. */
function blocks({ grid, hu }: CoarseCt): { readonly grid: Grid; readonly hu: Float32Array } {
  const perAxis = (of: (axis: 0 | 1 | 2) => number) => [of(0), of(1), of(2)] as const;
  const factor = perAxis((axis) =>
    Math.min(grid.size[axis], Math.max(1, Math.round(blockMm / grid.spacingMm[axis]))),
  );
  const size = perAxis((axis) => Math.floor(grid.size[axis] / factor[axis]));
  return {
    grid: { ...grid, size, spacingMm: perAxis((axis) => grid.spacingMm[axis] * factor[axis]) },
    hu: blockMeans(hu, grid.size, factor, size),
  };
}

/** Inside where the six neighbours are too; beyond the image counts as inside: a lung that is cut off has no border there. */
function eroded({ grid, data }: Mask): Mask {
  const [width, height, depth] = grid.size;
  const inside = (at: number, place: number, count: number, stride: number): boolean =>
    (place === 0 || data[at - stride] === 1) && (place === count - 1 || data[at + stride] === 1);
  return maskWhere(grid, (at) => {
    if (data[at] === 0) return false;
    const [x, y, z] = [at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))];
    return inside(at, x, width, 1) && inside(at, y, height, width) && inside(at, z, depth, width * height);
  });
}
