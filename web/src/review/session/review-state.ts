/**
 * What is on the review page, as one immutable value that React renders and the viewer draws. It changes through
 * review-store.ts alone. Masks and the CT's voxels are not in it: they are large and change in place; `revision` of a
 * structure and `loadedSlices` say when to look again.
 */

import type { CaseDetail } from "#contract/workspace/case.ts";
import type { PointerEditKind } from "#contract/workspace/edit-kinds.ts";
import type { WhoWrites } from "#contract/workspace/lease.ts";
import type { Late, Review, StructureType } from "#contract/workspace/review.ts";
import type { StructureTemplate } from "#contract/workspace/structure-template.ts";
import type { Vector3 } from "#core/coordinates.ts";
import type { DerivedState } from "#editing/derivation/derived-states.ts";
import type { ViewSettings } from "./view-settings.ts";

/** What the left mouse button does: ../tools.ts. */
export type Tool = "navigate" | "measure" | PointerEditKind;

/** Display window in HU. */
export type HuWindow = { readonly lower: number; readonly upper: number };

export const windowPresets = {
  lung: { lower: -1350, upper: 150 },
  mediastinum: { lower: -160, upper: 240 },
  bone: { lower: -450, upper: 1050 },
} as const satisfies Record<string, HuWindow>;

export type BrushSettings = {
  readonly radiusMm: number;
  readonly shape: "disc" | "sphere";
  /** Only voxels of these HU are painted or erased. */
  readonly gate: HuWindow | null;
};

/** A structure that was made from others, linked to them. */
type DerivedView = Pick<DerivedState, "derivation" | "outOfDate" | "edited"> & {
  /** Such as "GTVp + 6 mm, within the body". */
  readonly words: string;
};

export type StructureView = {
  readonly id: string;
  readonly name: string;
  readonly type: StructureType;
  readonly colour: readonly [number, number, number];
  readonly visible: boolean;
  /** The mask source that it began with; null for none. */
  readonly beganWith: string | null;
  readonly volumeCc: number;
  /** Grows with every change to its mask. */
  readonly revision: number;
  /** Null where it was drawn, or unlinked. */
  readonly derived: DerivedView | null;
};

/** Two sources laid over each other: reference green, other red, both yellow. `structure:ID` is live. */
export type Comparison = { readonly referenceId: string; readonly otherId: string };

/**
 * "reading": another page writes. "stopped": the server takes no more from this page; `stopped` of the state says why. "lost":
 * and what was drawn last could not be kept either.
 */
export type SaveState = "saved" | "saving" | "offline" | "reading" | "stopped" | "lost";

/** Who writes this review, as this page knows (#contract/workspace/lease.ts). */
export type WritingState = Pick<WhoWrites, "writer" | "request"> & {
  /** Of this page. `asks`: it waits for the writer's answer. `hands-over`: its last strokes are being saved for another page. */
  readonly role: "writes" | "reads" | "asks" | "hands-over";
};

export type ReviewState = {
  readonly detail: CaseDetail;
  /** What structures are offered to be called. */
  readonly template: StructureTemplate;
  readonly reviewId: string;
  readonly start: "assisted" | "manual";
  /** There is an automatic contour to go on with, also where this arm is not shown it (arm/arm-detail.ts). */
  readonly hasAutomatic: boolean;
  /** False once signed or closed: look, do not touch. */
  readonly reviewOpen: boolean;
  readonly writing: WritingState;
  /** The review is open, this page writes it and may go on doing so. */
  readonly editable: boolean;
  /** Strokes that came too late and that nobody added or left out yet (#contract/workspace/review.ts). */
  readonly late: readonly Late[];
  /** Closed without tumour, sent back, reopened: in order. */
  readonly decisions: Review["decisions"];
  readonly loadedSlices: number;
  /** Voxel under the crosshair (i, j, k), integers; the three planes show the slices through it. */
  readonly cursor: Vector3;
  readonly window: HuWindow;
  readonly tool: Tool;
  readonly brush: BrushSettings;
  readonly structures: readonly StructureView[];
  /** Ids of imported sources that are in sight beside the structures. */
  readonly shownSources: ReadonlySet<string>;
  /** The structure that edits change; always one of `structures`. */
  readonly activeId: string;
  readonly fillOpacity: number;
  readonly outline: ViewSettings["outline"];
  /** Of the active structure, in CSS pixels. */
  readonly outlineWidth: ViewSettings["outlineWidth"];
  readonly contourVisible: boolean;
  readonly crosshairVisible: boolean;
  readonly comparison: Comparison | null;
  /** What was compared last, also while no comparison is shown; null until then. */
  readonly comparedPair: Comparison | null;
  /** The compared masks changed: read `session.maskOf` again. */
  readonly comparisonRevision: number;
  /** What undo would take back and redo make again, in words; null for nothing. */
  readonly undoes: string | null;
  readonly redoes: string | null;
  readonly saving: SaveState;
  /** Why this page can no longer change the review and must be loaded anew; null as long as it can. */
  readonly stopped: string | null;
  /** Strokes and operations so far, also those that were undone. */
  readonly editCount: number;
  /** Axial slices that were on screen, and those that must have been before signing is free of questions. */
  readonly seen: ReadonlySet<number>;
  readonly required: ReadonlySet<number>;
  readonly activeMs: number;
  /** What an operation that takes a while is doing (re-segmentation, margins), in words; null while none runs. */
  readonly busy: string | null;
  /** The level of the model's confidence (src/geometry/confidence.ts) that is being tried, 1 to 255, shown but not applied; null if none is. */
  readonly triedLevel: number | null;
  /** The level that was applied last to the active structure; the model's own if none was. */
  readonly appliedLevel: number;
  /** What the last operation has to say, for a few seconds: that it found nothing to change, or left something as it was. */
  readonly notice: string | null;
  /** The latest of what is wrong, for the person (review-store.ts); null once nothing is, or it was dismissed. */
  readonly problem: string | null;
};
