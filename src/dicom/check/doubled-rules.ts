/** Rules about what is there twice, or too small: contours of one slice, and contour items of one ROI (PS3.3 C.8.8.6). */
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { number, sequence } from "#dicom/dataset/dataset.ts";
import { named, tags } from "#dicom/dictionary.ts";
import { contourFaults } from "#dicom/rtstruct/contour-faults.ts";
import { withoutTwins } from "#dicom/rtstruct/doubled-contours.ts";
import { contoursBySlice } from "#dicom/rtstruct/rasterise-roi.ts";
import type { Roi } from "#dicom/rtstruct/read-rtstruct.ts";
import type { RoiRule, Rule, Violation } from "./rule.ts";

export const oneContourItem: Rule = (set) => {
  const numbersThere = sequence(set, tags.ROIContourSequence).map((item) =>
    number(item, tags.ReferencedROINumber),
  );
  const violations = [...new Set(numbersThere)].flatMap((roiNumber): Violation[] => {
    const count = numbersThere.filter((other) => other === roiNumber).length;
    if (roiNumber === undefined || count < 2) return [];
    return [
      {
        rule: "contour-item",
        severity: "warning",
        tagPath: named("ROIContourSequence"),
        found: `${count} items for ROI number ${roiNumber}`,
        expected: "one item for each ROI",
        remedy: "Join them: some systems keep the last one only.",
      },
    ];
  });
  return violations;
};

/** With the CT also curves that nearly coincide, overlap in part, or are too small, which is a matter of its pixels. */
export const contoursAreOnce: RoiRule = (roi, ct) => (ct === undefined ? twinsOf(roi) : onSlices(roi, ct));

const tooSmall = "contour-between-voxels";
const codes = ["contour-twice", "doubled-contour", "overlapping-contours", tooSmall];

function onSlices(roi: Roi, ct: CtReference): Violation[] {
  return contoursBySlice(roi, ct.grid, ct.slices)
    .findings.filter(({ code }) => codes.includes(code))
    .map(({ severity, code, message, where }) => ({
      ...doubled(roi, message),
      severity,
      rule: code,
      tagPath: `ContourSequence (3006,0040) of ${where}`,
      ...(code === tooSmall && {
        expected: "contours round the centre of a voxel at least",
        remedy: "Draw them larger, or on a finer CT: on this one nothing is read of them.",
      }),
    }));
}

/** Curves of one plane, seen along the axis that it is most upright to: equal ones are equal from there. */
function twinsOf(roi: Roi): Violation[] {
  const planes = new Map<string, { index: number; polygon: Float64Array }[]>();
  for (const [index, contour] of roi.contours.entries()) {
    if (contourFaults(contour).some(({ severity }) => severity !== "warning")) continue;
    const { points } = contour;
    const along = [0, 1, 2].reduce((flat, axis) =>
      extent(points, axis) < extent(points, flat) ? axis : flat,
    );
    const planeAxes = [0, 1, 2].filter((axis) => axis !== along);
    const polygon = points.filter((_, at) => at % 3 !== along);
    // The place of the first point along a plane that is not upright says little: its lowest one does.
    const plane = `${planeAxes} ${(points.filter((_, at) => at % 3 === along).reduce((a, b) => Math.min(a, b)) / planeMm).toFixed(0)}`;
    planes.set(plane, [...(planes.get(plane) ?? []), { index, polygon }]);
  }
  return [...planes.values()].flatMap((curves) =>
    withoutTwins(curves, [1, 1]).twins.map(({ first, second }) =>
      doubled(roi, `Contour ${second + 1} is contour ${first + 1} once more.`),
    ),
  );
}

/** Planes of a CT are farther apart. */
const planeMm = 0.1;

function extent(points: Float64Array, axis: number): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = axis; at < points.length; at += 3) {
    low = Math.min(low, points[at]);
    high = Math.max(high, points[at]);
  }
  return high - low;
}

function doubled(roi: Roi, message: string): Violation {
  return {
    rule: "contour-twice",
    severity: "warning",
    tagPath: `ContourSequence (3006,0040) of ${roi.name}`,
    found: message,
    expected: "each contour once",
    remedy: "Remove the second: under the even-odd rule two equal contours leave nothing.",
  };
}
