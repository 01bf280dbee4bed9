/** What a review page shows first. */
import { detailForArm } from "../arm/arm-detail.ts";
import { historyState } from "./history.ts";
import type { ReviewParts } from "./open-review.ts";
import { requiredNow } from "./record/seen-slices.ts";
import { type ReviewState, windowPresets } from "./review-state.ts";
import { structureViews } from "./structure-views.ts";
import { keptViewSettings } from "./view-settings.ts";

export const brushRadiusMm = { least: 0.5, first: 8, most: 60 };

export function firstState(
  { detail: fullDetail, review, template, attendance, ct, structures, history, cursor }: ReviewParts,
  seen: ReadonlySet<number>,
): ReviewState {
  const detail = detailForArm(fullDetail, review.start);
  return {
    detail,
    template,
    reviewId: review.id,
    start: review.start,
    hasAutomatic: fullDetail.automatic !== null,
    reviewOpen: review.state === "open",
    writing: {
      role: attendance.lease === null ? "reads" : "writes",
      writer: attendance.writer,
      request: attendance.request,
    },
    editable: false,
    late: review.late,
    decisions: review.decisions,
    loadedSlices: ct.loadedCount,
    cursor,
    window: windowPresets.mediastinum,
    tool: "navigate",
    brush: { radiusMm: brushRadiusMm.first, shape: "disc", gate: null },
    structures: structureViews(structures, history),
    shownSources: new Set(),
    activeId: structures[0].id,
    ...keptViewSettings(),
    contourVisible: true,
    crosshairVisible: true,
    comparison: null,
    comparedPair: null,
    comparisonRevision: 0,
    saving: "saved",
    stopped: null,
    ...historyState(history),
    seen,
    required: requiredNow(detail, structures),
    activeMs: review.activeMs,
    busy: null,
    triedLevel: null,
    appliedLevel: history.levelOf(structures[0].id),
    notice: null,
    problem: null,
  };
}
