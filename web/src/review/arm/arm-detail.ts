/**
 * What an arm of the time study is shown of a case. Who contours by hand sees nothing that a network made: neither its contour,
 * its doubt and its worth, nor contours that were signed from it. All of the page reads the case from here, so that nothing
 * new can show it by mistake.
 */
import type { CaseDetail } from "#contract/workspace/case.ts";
import type { Review } from "#contract/workspace/review.ts";

export function detailForArm(detail: CaseDetail, start: Review["start"]): CaseDetail {
  if (start === "assisted") return detail;
  const byHand = new Set(
    detail.versions.filter((version) => version.start === "manual").map(({ number }) => number),
  );
  return {
    ...detail,
    summary: { ...detail.summary, expected: null },
    automatic: null,
    sources: detail.sources.filter(
      ({ kind, id }) => kind === "imported" || (kind === "version" && byHand.has(Number(id.split(":")[1]))),
    ),
    versions: detail.versions.map((version) => ({
      ...version,
      // What hand work differs from the model by tells where the model is.
      dscToAutomatic: null,
      addedPathLengthMm: null,
      ...(version.start === "manual" ? {} : { structures: [], unseenSlices: [], faults: [] }),
    })),
  };
}
