/** What the page's buttons ask of src/contouring, as data: one operation on the active structure's mask gives one patch. */

import { bodyMask, boneMask } from "../../../../src/contouring/barriers.ts";
import { patchBetween } from "../../../../src/contouring/between-masks.ts";
import { clearSlice, copySlice } from "../../../../src/contouring/copy-slice.ts";
import { fillHoles } from "../../../../src/contouring/fill-holes.ts";
import { interpolateSlices } from "../../../../src/contouring/interpolate.ts";
import { keepLargest } from "../../../../src/contouring/keep-largest.ts";
import type { MaskPatch } from "../../../../src/contouring/mask-patch.ts";
import { segmentFromClick, segmentInBox } from "../../../../src/contouring/segment-region.ts";
import { smooth } from "../../../../src/contouring/smooth.ts";
import { thresholdConfidence } from "../../../../src/contouring/threshold.ts";
import type { Vector3 } from "../../../../src/core/coordinates.ts";
import { expandMargin, type MarginsMm } from "../../../../src/geometry/margins.ts";
import type { Mask } from "../../../../src/geometry/mask.ts";
import type { CtStore } from "./ct-store.ts";

type Region = { readonly confidence: Mask | null };

export type Operation =
  | { readonly kind: "interpolate"; readonly drawn: readonly number[] }
  | { readonly kind: "copy-slice"; readonly from: number; readonly to: number }
  | { readonly kind: "smooth"; readonly k: number | null }
  | { readonly kind: "fill-holes" | "keep-largest" }
  | { readonly kind: "clear-slice"; readonly k: number }
  | { readonly kind: "threshold"; readonly level: number; readonly confidence: Mask }
  | (Region & {
      readonly kind: "segment-box";
      readonly box: { readonly from: Vector3; readonly to: Vector3 };
    })
  | (Region & { readonly kind: "segment-click"; readonly point: Vector3 })
  | { readonly kind: "margin"; readonly expanded: Mask };

export type MarginOptions = {
  readonly into: { readonly name: string; readonly type: "CTV" | "PTV" };
  /** Structure that is expanded. */
  readonly from: string;
  readonly marginsMm: MarginsMm;
  readonly trimToBody: boolean;
  readonly boneIsBarrier: boolean;
};

export function operationPatch(mask: Mask, operation: Operation, ct: CtStore): MaskPatch {
  switch (operation.kind) {
    case "interpolate":
      return interpolateSlices(mask, operation.drawn.length < 2 ? undefined : operation.drawn);
    case "copy-slice":
      return copySlice(mask, operation.from, operation.to);
    case "smooth":
      return smooth(mask, operation.k === null ? { mode: "volume" } : { mode: "slice", k: operation.k });
    case "fill-holes":
      return fillHoles(mask);
    case "keep-largest":
      return keepLargest(mask);
    case "clear-slice":
      return clearSlice(mask, operation.k);
    case "threshold":
      return thresholdConfidence(mask, operation.confidence, operation.level);
    case "segment-box":
      return segmentInBox(mask, ct, operation.confidence, operation.box);
    case "segment-click":
      return segmentFromClick(mask, ct, operation.confidence, operation.point);
    case "margin":
      return patchBetween(mask.data, operation.expanded.data, mask.grid);
  }
}

export function marginMask(mask: Mask, options: MarginOptions, ct: CtStore): Mask {
  return expandMargin(mask, options.marginsMm, {
    within: options.trimToBody ? bodyMask(ct) : undefined,
    barriers: options.boneIsBarrier ? boneMask(ct) : undefined,
  });
}
