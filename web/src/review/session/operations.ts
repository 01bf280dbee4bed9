/** What the page's buttons ask of src/editing, as data: one operation on the active structure's mask gives one patch. */

import type { Vector3 } from "#core/coordinates.ts";
import { applyPatch, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { type Region, regionPatch } from "#editing/region-cut/segment-region.ts";
import { patchBetween } from "#editing/tools/between-masks.ts";
import { clearSlice, copySlice } from "#editing/tools/copy-slice.ts";
import { fillHoles } from "#editing/tools/fill-holes.ts";
import { interpolateSlices } from "#editing/tools/interpolate.ts";
import { keepLargest } from "#editing/tools/keep-largest.ts";
import { smooth } from "#editing/tools/smooth.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";

/** Bumps and notches of about this size go: a brush's jitter, not a tumour's spicules. */
const smoothingRadiusMm = 3;

/** The cut follows rows and columns of voxels where it guesses; a person would not draw such corners. */
const regionSmoothingMm = 5;

export type Operation =
  | { readonly kind: "interpolate"; readonly drawn: readonly number[] }
  | { readonly kind: "copy-slice"; readonly from: number; readonly to: number }
  /** One slice, or the volume. */
  | { readonly kind: "smooth"; readonly k: number | null }
  | { readonly kind: "fill-holes" | "keep-largest" }
  | { readonly kind: "clear-slice"; readonly k: number }
  /** The model's contour at that threshold (src/editing/tools/level-contours.ts). */
  | { readonly kind: "threshold"; readonly contour: Mask }
  /** What the server found there. */
  | { readonly kind: "segment-box"; readonly region: Region }
  | { readonly kind: "segment-click"; readonly region: Region; readonly point: Vector3 }
  | { readonly kind: "margin"; readonly expanded: Mask };

/** What a person is told where an operation changes nothing. */
export const nothingChanged: Readonly<Record<Operation["kind"], string>> = {
  interpolate: "No slice lies between two that you drew in",
  "copy-slice": "The other slice has this contour already",
  smooth: "Nothing to smooth",
  "fill-holes": "There are no holes",
  "keep-largest": "There is one part only",
  "clear-slice": "This slice is empty",
  threshold: "The contour is that of this threshold already",
  "segment-box": "Nothing new was found in the box",
  "segment-click": "Nothing new was found at this point",
  margin: "The margin is as it was",
};

export function operationPatch(mask: Mask, operation: Operation, ct: CtImage): MaskPatch {
  switch (operation.kind) {
    case "interpolate":
      return interpolateSlices(mask, operation.drawn.length < 2 ? undefined : operation.drawn);
    case "copy-slice":
      return copySlice(mask, operation.from, operation.to);
    case "smooth":
      return smooth(mask, {
        radiusMm: smoothingRadiusMm,
        ...(operation.k === null ? { within: "volume" } : { within: "slice", slices: [operation.k] }),
      });
    case "fill-holes":
      return fillHoles(mask);
    case "keep-largest":
      return keepLargest(mask);
    case "clear-slice":
      return clearSlice(mask, operation.k);
    case "threshold":
      return patchBetween(mask.data, operation.contour.data, mask.grid);
    case "segment-box":
      return regionPatch(mask, smoothRegion(ct, operation.region), "replace");
    case "segment-click": {
      const [i, j, k] = operation.point;
      const region = smoothRegion(ct, operation.region);
      const [ni, nj] = mask.grid.size;
      // A click into the contour asks for a better one there; a click beside it for one more.
      return regionPatch(mask, region, mask.data[i + ni * (j + nj * k)] === 1 ? "replace" : "add");
    }
    case "margin":
      return patchBetween(mask.data, operation.expanded.data, mask.grid);
  }
}

function smoothRegion({ grid }: CtImage, { box, inside }: Region): Region {
  if (inside.length === 0) return { box, inside };
  const size: Vector3 = [box.to[0] - box.from[0], box.to[1] - box.from[1], box.to[2] - box.from[2]];
  const mask: Mask = { grid: { ...grid, size }, data: inside.slice() };
  applyPatch(mask, smooth(mask, { radiusMm: regionSmoothingMm, within: "slice" }));
  return { box, inside: mask.data };
}
