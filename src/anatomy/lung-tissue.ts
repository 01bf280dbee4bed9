/**
 * How much of an image looks like lung: a quick look whether a CT shows a chest at all. Means over blocks of about 6 mm
 * average noise and vessels out; what is as dense as aerated lung and thicker than three blocks counts. Unlike find-lungs.ts
 * it also sees the lung of a crop, which touches the image's sides; it does not say where a lung ends.
 */
import { connectedComponents } from "#geometry/connected-components.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { type Grid, voxelVolumeCc } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";

const blockMm = 6;
/**
 * Aerated lung in means of blocks: bowel gas and the room are below, fat and soft tissue above. Emphysema inside the body
 * is nearly as dark as they are; what leads to the image's sides must not be, for foam under a patient is.
 */
const lungHu = { enclosed: -985, atSides: -940, to: -500 } as const;

/** The cores of the two largest connected regions that look like lung, in cc: without their outermost blocks. 0 for none. */
export function lungTissueCc(ct: CtImage): number {
  const { grid, hu } = blocks(ct);
  const { labels, count } = connectedComponents(maskWhere(grid, (at) => hu[at] <= lungHu.to));
  const atSides = regionsAtSides(grid, labels, count);
  const lung = maskWhere(
    grid,
    (at) => labels[at] > 0 && hu[at] >= (atSides[labels[at]] === 1 ? lungHu.atSides : lungHu.enclosed),
  );
  const { sizes } = connectedComponents(eroded(lung));
  const [first = 0, second = 0] = sizes.toSorted((a, b) => b - a);
  return (first + second) * voxelVolumeCc(grid);
}

/** 1 for each region that reaches the first or last column or row. */
function regionsAtSides({ size: [width, height] }: Grid, labels: Int32Array, count: number): Uint8Array {
  const atSides = new Uint8Array(count + 1);
  for (let at = 0; at < labels.length; at++) {
    const [x, y] = [at % width, Math.floor(at / width) % height];
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) atSides[labels[at]] = 1;
  }
  return atSides;
}

/** Mean HU of whole blocks; what is left over at the far ends is not looked at, but where an axis has less than one block. */
function blocks({ grid, hu }: CtImage): { readonly grid: Grid; readonly hu: Float32Array } {
  const factor = grid.spacingMm.map((mm, axis) =>
    Math.min(grid.size[axis], Math.max(1, Math.round(blockMm / mm))),
  );
  const [fi, fj, fk] = factor;
  const [ni, nj] = grid.size;
  const [bi, bj, bk] = grid.size.map((count, axis) => Math.floor(count / factor[axis]));
  const sums = new Float32Array(bi * bj * bk);
  for (let k = 0; k < bk * fk; k++) {
    for (let j = 0; j < bj * fj; j++) {
      const row = ni * (j + nj * k);
      const block = bi * (Math.floor(j / fj) + bj * Math.floor(k / fk));
      for (let i = 0, x = 0; x < bi; x++) {
        let sum = 0;
        for (const end = i + fi; i < end; i++) sum += hu[row + i];
        sums[block + x] += sum;
      }
    }
  }
  const [dx, dy, dz] = grid.spacingMm;
  return {
    grid: { ...grid, size: [bi, bj, bk], spacingMm: [dx * fi, dy * fj, dz * fk] },
    hu: sums.map((sum) => sum / (fi * fj * fk)),
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
