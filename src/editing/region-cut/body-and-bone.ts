/**
 * Where a margin may go: the patient's body, without couch and room, and the bones that a tumour does not jump. Estimates by
 * threshold and connected regions for trimming margins, no organ contours.
 */

import type { Vector3 } from "#core/coordinates.ts";
import { indexOfGreatest } from "#core/greatest.ts";
import { fillSlice } from "#editing/tools/fill-holes.ts";
import { boundingBox } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { type Grid, voxelVolumeCc } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskSlice, maskWhere } from "#geometry/mask.ts";
import { connectedComponents, connectedRuns } from "#geometry/regions/connected-components.ts";

/** Skin and fat are denser, lung and clothes mostly not. */
const tissueAboveHu = -300;
/** The body is looked for on pixels of about this size. */
const coarseMm = 2.5;
/** Half of the thickest shell of a couch or a mask, in millimetres: what is thinner is no body. */
const shellMm = 4;

/** Everything inside the skin, lungs and airways included. Empty where the image shows no body. */
export function bodyMask({ grid, hu }: CtImage): Mask {
  const step = Math.max(1, Math.round(coarseMm / grid.spacingMm[0]));
  const coarse = solidBody(grid, hu, step);
  const [ni, nj, nk] = grid.size;
  const [width, height] = coarse.grid.size;
  const body = emptyMask(grid);
  for (let k = 0; k < nk; k++) {
    const slice = maskSlice(coarse, k);
    const near = (x: number, y: number): number =>
      x < 0 || y < 0 || x >= width || y >= height ? 0 : slice[x + width * y];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const sides = near(x - 1, y) + near(x + 1, y) + near(x, y - 1) + near(x, y + 1);
        if (sides > 0 || near(x, y) === 1) setBlock([x, y, k], near(x, y) === 1 && sides === 4);
      }
    }
  }
  return body;

  /** Deep inside all of a block is body; along the skin each voxel speaks for itself. */
  function setBlock([x, y, k]: Vector3, isDeep: boolean): void {
    const [first, end] = [x * step, Math.min(ni, (x + 1) * step)];
    for (let j = y * step; j < Math.min(nj, (y + 1) * step); j++) {
      const row = ni * (j + nj * k);
      for (let at = row + first; at < row + end; at++)
        if (isDeep || hu[at] > tissueAboveHu) body.data[at] = 1;
    }
  }
}

/** The largest body of tissue on every `step`th pixel, shells opened away, filled in each slice. */
function solidBody(grid: Grid, hu: Int16Array, step: number): Mask {
  const [ni, nj, nk] = grid.size;
  const size: Vector3 = [Math.ceil(ni / step), Math.ceil(nj / step), nk];
  const [sx, sy, sz] = grid.spacingMm;
  const coarse: Grid = { ...grid, size, spacingMm: [sx * step, sy * step, sz] };
  const [width, height] = size;
  const middle = Math.floor((step - 1) / 2);
  const tissue = maskWhere(coarse, (at) => {
    const i = Math.min(ni - 1, (at % width) * step + middle);
    const j = Math.min(nj - 1, (Math.floor(at / width) % height) * step + middle);
    return hu[i + ni * (j + nj * Math.floor(at / (width * height)))] > tissueAboveHu;
  });
  const core = eachSlice(tissue, (slice) => {
    const depthMm = distanceToMask({ ...slice, data: slice.data.map((value) => 1 - value) });
    return maskWhere(slice.grid, (at) => depthMm[at] > shellMm).data;
  });
  const { labels, sizes } = connectedComponents(core);
  const largest = indexOfGreatest(sizes) + 1;
  for (let at = 0; at < labels.length; at++) core.data[at] = labels[at] === largest && largest > 0 ? 1 : 0;
  return eachSlice(core, (slice, k) => {
    const reachMm = distanceToMask(slice);
    const inside = maskSlice(tissue, k);
    return fillSlice(
      maskWhere(slice.grid, (at) => inside[at] === 1 && reachMm[at] <= shellMm + coarseMm / 2),
    );
  });
}

/** A mask of one slice's size at a time: distances within slices, not across. */
function eachSlice(mask: Mask, change: (slice: Mask, k: number) => Uint8Array): Mask {
  const [width, height, depth] = mask.grid.size;
  const changed = emptyMask(mask.grid);
  const grid: Grid = { ...mask.grid, size: [width, height, 1] };
  for (let k = 0; k < depth; k++)
    changed.data.set(change({ grid, data: maskSlice(mask, k) }, k), k * width * height);
  return changed;
}

/** Bone from here on; contrast in vessels may be denser, but hardly ever holds voxels of the second level. */
const boneHu = { least: 200, sure: 450 } as const;
/** Smaller pieces are calcifications and noise. */
const smallestBoneCc = 0.3;
/** Half of the widest gap in a cortex, and of the widest marrow of a rib, that is taken for bone. */
const marrowMm = 3;

/**
 * Bones: regions above 200 HU that somewhere reach 450 HU, with the marrow between their cortices. A barrier for margins;
 * dense contrast may be taken for bone.
 */
export function boneMask({ grid, hu }: CtImage): Mask {
  const bone = maskWhere(grid, (at) => hu[at] >= boneHu.least);
  const { starts, ends, labels, count, sizes } = connectedRuns(bone);
  const sure = new Uint8Array(count + 1);
  for (let run = 0; run < starts.length; run++) {
    for (let at = starts[run]; at < ends[run]; at++) if (hu[at] >= boneHu.sure) sure[labels[run]] = 1;
  }
  const fewest = smallestBoneCc / voxelVolumeCc(grid);
  for (let run = 0; run < starts.length; run++) {
    if (sure[labels[run]] === 0 || sizes[labels[run] - 1] < fewest) bone.data.fill(0, starts[run], ends[run]);
  }
  closeSlices(bone);
  return bone;
}

/** Closes gaps of up to twice `marrowMm` along rows and columns: grown by a square, then shrunk by it. In place. */
function closeSlices({ grid, data }: Mask): void {
  const [ni, nj, nk] = grid.size;
  const reach = [grid.spacingMm[0], grid.spacingMm[1]].map((mm) => Math.floor(marrowMm / mm));
  for (let k = 0; k < nk; k++) {
    const slice: Mask = {
      grid: { ...grid, size: [ni, nj, 1] },
      data: data.subarray(k * ni * nj, (k + 1) * ni * nj),
    };
    const box = boundingBox(slice);
    if (box === undefined) continue;
    // As far as it grows, and a voxel more to shrink from; at the image's border there is none: bone stays bone.
    const [i0, i1] = [Math.max(0, box.from[0] - reach[0] - 1), Math.min(ni, box.to[0] + reach[0] + 1)];
    const [j0, j1] = [Math.max(0, box.from[1] - reach[1] - 1), Math.min(nj, box.to[1] + reach[1] + 1)];
    const closed = slice.data.slice();
    const alongRow = spreader(closed, { stride: 1, count: i1 - i0 }, reach[0]);
    const alongColumn = spreader(closed, { stride: ni, count: j1 - j0 }, reach[1]);
    for (const value of [1, 0]) {
      for (let j = j0; j < j1; j++) alongRow(i0 + j * ni, value);
      for (let i = i0; i < i1; i++) alongColumn(i + j0 * ni, value);
    }
    for (let at = j0 * ni; at < j1 * ni; at++) slice.data[at] |= closed[at];
  }
}

type Lines = { readonly stride: number; readonly count: number };

/** Sets what lies within `reach` of a voxel of `value`, along the line of `count` voxels from `first`, `stride` apart. */
function spreader(
  data: Uint8Array,
  { stride, count }: Lines,
  reach: number,
): (first: number, value: number) => void {
  const near = new Uint8Array(count);
  return (first, value) => {
    near.fill(0);
    let last = -Infinity;
    for (let n = 0; n < count; n++) {
      if (data[first + n * stride] === value) last = n;
      if (n - last <= reach) near[n] = 1;
    }
    last = Infinity;
    for (let n = count - 1; n >= 0; n--) {
      if (data[first + n * stride] === value) last = n;
      if (last - n <= reach) near[n] = 1;
    }
    for (let n = 0; n < count; n++) if (near[n] === 1) data[first + n * stride] = value;
  };
}
