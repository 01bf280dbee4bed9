/** One stroke of brush, eraser or nudging ball, from the press to the release, and its parts on their way to the log. */
import type { VoxelPoint } from "#core/coordinates.ts";
import { combinePatches, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { brushStroke } from "#editing/tools/brush.ts";
import { nudge, type Push, pushFrom } from "#editing/tools/nudge.ts";
import type { Plane } from "#editing/tools/plane.ts";
import type { Mask } from "#geometry/mask.ts";
import type { BrushSettings } from "../review-state.ts";

/** A stroke that lasts longer is saved in parts: a killed page or server costs less than a second of it. */
const strokePartMs = 500;

export type StrokeKind = "brush" | "eraser" | "nudge";

/** Points are continuous voxel coordinates. */
type Way = { readonly plane: Plane; readonly from: VoxelPoint; readonly to: VoxelPoint };

export class Stroke {
  readonly kind: StrokeKind;
  readonly id = crypto.randomUUID();
  /** Which way the ball pushes, once it was put down. */
  push: Push | null = null;
  /** Not yet in the log. */
  #pending: MaskPatch[] = [];
  #partBeganMs = performance.now();

  constructor(kind: StrokeKind) {
    this.kind = kind;
  }

  /** What the next piece of its way changes in the mask; it is part of the stroke from now on. */
  extend(mask: Mask, way: Way, { radiusMm, shape, gate }: BrushSettings, hu: Int16Array): MaskPatch {
    const brush = { ...way, radiusMm, shape };
    const patch =
      this.kind === "nudge"
        ? nudge(mask, brush, this.#pushOf(mask, way.from))
        : brushStroke(mask, {
            ...brush,
            value: this.kind === "brush" ? 1 : 0,
            ...(gate === null ? {} : { gate: { hu, ...gate } }),
          });
    if (patch.length > 0) this.#pending.push(patch);
    return patch;
  }

  #pushOf(mask: Mask, from: VoxelPoint): Push {
    this.push ??= pushFrom(mask, from);
    return this.push;
  }

  get partIsLong(): boolean {
    return performance.now() - this.#partBeganMs > strokePartMs;
  }

  /** All that is not yet in the log, as one patch; the next part begins. */
  takePart(): MaskPatch {
    const patch = this.#pending.reduce(combinePatches, []);
    this.#pending = [];
    this.#partBeganMs = performance.now();
    return patch;
  }
}
