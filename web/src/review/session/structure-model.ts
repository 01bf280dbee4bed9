/** One structure under the pen: its mask, and counts that follow each patch instead of being counted anew. */

import type { ReviewStructure } from "#contract/workspace/review.ts";
import {
  type Fingerprint,
  fingerprintOf,
  fingerprintText,
  flipVoxel,
} from "#editing/patch/mask-fingerprint.ts";
import { applyPatch, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { type Box, boundingBoxOf } from "#geometry/crop.ts";
import { voxelVolumeCc } from "#geometry/grid.ts";
import { countInside, type Mask, maskSlice } from "#geometry/mask.ts";
import type { StructureView } from "./review-state.ts";

/** Of all models together: what was kept of one is never taken for another one's of the same structure. */
let latestRevision = 0;

export class StructureModel {
  readonly id: string;
  readonly mask: Mask;
  /** Voxels inside of each slice. */
  readonly sliceVoxels: Int32Array;
  /** The mask source that it began with; null for none. */
  readonly beganWith: ReviewStructure["beganWith"];
  name: string;
  type: ReviewStructure["type"];
  colour: ReviewStructure["colour"];
  visible = true;
  #revision = ++latestRevision;
  readonly #fingerprint: Fingerprint;

  /** Takes the mask over: it changes in place from now on. */
  constructor({ id, name, type, colour, beganWith }: ReviewStructure, mask: Mask) {
    this.id = id;
    this.beganWith = beganWith;
    this.name = name;
    this.type = type;
    this.colour = colour;
    this.mask = mask;
    this.sliceVoxels = countPerSlice(mask);
    this.#fingerprint = fingerprintOf(mask);
  }

  apply(patch: MaskPatch): void {
    applyPatch(this.mask, patch);
    const [ni, nj] = this.mask.grid.size;
    for (const { k, i0, j0, width, height, flips } of patch) {
      for (let y = 0, at = 0; y < height; y++) {
        const row = i0 + ni * (j0 + y + nj * k);
        for (let x = 0; x < width; x++, at++) {
          if (flips[at] === 0) continue;
          this.sliceVoxels[k] += this.mask.data[row + x] === 1 ? 1 : -1;
          flipVoxel(this.#fingerprint, row + x);
        }
      }
    }
    this.#revision = ++latestRevision;
  }

  /** Holds every voxel inside; undefined where there is none. */
  get box(): Box | undefined {
    const holds = (count: number): boolean => count > 0;
    const first = Math.max(0, this.sliceVoxels.findIndex(holds));
    return boundingBoxOf(this.mask, first, this.sliceVoxels.findLastIndex(holds) + 1);
  }

  /** The same whenever the voxels are the same. */
  get fingerprint(): string {
    return fingerprintText(this.#fingerprint);
  }

  view(): Omit<StructureView, "derived"> {
    const { id, name, type, colour, visible, beganWith } = this;
    const voxels = this.sliceVoxels.reduce((sum, count) => sum + count, 0);
    return {
      id,
      name,
      type,
      colour,
      visible,
      beganWith,
      volumeCc: voxels * voxelVolumeCc(this.mask.grid),
      revision: this.#revision,
    };
  }
}

function countPerSlice(mask: Mask): Int32Array {
  return Int32Array.from({ length: mask.grid.size[2] }, (_, k) => countInside(maskSlice(mask, k)));
}
