/** A change of a mask that is done at once, and what it is made from. */
import type { MadeOf } from "#contract/workspace/derivation.ts";
import type { EditKind } from "#contract/workspace/edit-kinds.ts";
import type { Vector3 } from "#core/coordinates.ts";
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import type { Box } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";

/** What an edit is made from. */
export type EditContext = {
  readonly mask: Mask;
  /** Holds every voxel inside; undefined where there is none. */
  readonly box: () => Box | undefined;
  readonly ct: CtImage;
  /** Voxel under the crosshair. */
  readonly cursor: Vector3;
  /** Slices of the structure that a person drew in, ascending. */
  readonly drawn: readonly number[];
  /** Slices of the structure that are no longer as the model makes them, ascending. */
  readonly edited: readonly number[];
};

/** A change of the active structure that is done at once. */
export type MaskEdit = {
  readonly kind: EditKind;
  /** What a person is told where it changes nothing. */
  readonly nothing: string;
  /** What is said where it changes something; nothing if left out. */
  readonly done?: string | undefined;
  /** Of a "threshold": the level of the model's confidence. */
  readonly level?: number;
  /** Of a "margin": what it is made of. It is kept also where no voxel changes. */
  readonly derivation?: MadeOf;
  readonly change: (context: EditContext) => MaskPatch;
};
