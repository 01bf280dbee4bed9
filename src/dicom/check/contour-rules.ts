/** Rules over the contours themselves: points, planes, references, number formats (PS3.3 C.8.8.6, PS3.5 6.2). */

import type { Severity } from "#core/findings.ts";
import { latin1 } from "#core/latin1.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { type DataSet, number, numbers, sequence, text } from "#dicom/dataset/dataset.ts";
import { named, tags } from "#dicom/dictionary.ts";
import { contourExtent } from "#dicom/rtstruct/contour-extent.ts";
import { doubtOfSurface } from "#dicom/rtstruct/contour-faults.ts";
import { itemPath, type RoiRule, type Rule, type Violation } from "./rule.ts";

type Place = { readonly path: string; readonly contour: DataSet };

function contoursOf(set: DataSet): Place[] {
  return sequence(set, tags.ROIContourSequence).flatMap((roi, roiIndex) =>
    sequence(roi, tags.ContourSequence).map((contour, index) => ({
      path: `${itemPath("ROIContourSequence", roiIndex)}/${itemPath("ContourSequence", index)}`,
      contour,
    })),
  );
}

const closed = new Set(["CLOSED_PLANAR", "CLOSEDPLANAR_XOR"]);
const minimumPoints: Readonly<Record<string, number>> = {
  POINT: 1,
  OPEN_PLANAR: 2,
  OPEN_NONPLANAR: 2,
  CLOSED_PLANAR: 3,
  CLOSEDPLANAR_XOR: 3,
};

/** Two points closer than this are one: DICOM's decimal strings resolve a thousandth of a millimetre in practice. */
const samePointMm = 1e-3;
/** How far a contour may lie from the plane of its slice. */
const onPlaneMm = 0.01;

export const pointsAreWhole: Rule = (set) =>
  contoursOf(set).flatMap(({ path, contour }) => {
    const violations: Violation[] = [];
    const type = text(contour, tags.ContourGeometricType) ?? "";
    const values = numbers(contour, tags.ContourData);
    const count = values.length / 3;
    if (minimumPoints[type] === undefined) {
      violations.push({
        rule: "contour-type",
        severity: "error",
        tagPath: `${path}/${named("ContourGeometricType")}`,
        found: type || "nothing",
        expected: Object.keys(minimumPoints).join(", "),
        remedy: "Set the type.",
      });
    }
    if (values.length % 3 !== 0 || values.some((value) => !Number.isFinite(value))) {
      violations.push({
        rule: "contour-data",
        severity: "error",
        tagPath: `${path}/${named("ContourData")}`,
        found: `${values.length} values, or values that are no numbers`,
        expected: "triplets of numbers",
        remedy: "Export the contour again.",
      });
      return violations;
    }
    if (count < (minimumPoints[type] ?? 1)) {
      violations.push({
        rule: "contour-points",
        severity: "error",
        tagPath: `${path}/${named("ContourData")}`,
        found: `${count} points`,
        expected: `at least ${minimumPoints[type]} for ${type}`,
        remedy: "Remove the contour: it encloses nothing.",
      });
    }
    const stated = number(contour, tags.NumberOfContourPoints);
    if (stated !== count) {
      violations.push({
        rule: "point-count",
        severity: "error",
        tagPath: `${path}/${named("NumberOfContourPoints")}`,
        found: String(stated ?? "nothing"),
        expected: String(count),
        remedy: "Set the number to that of the points.",
      });
    }
    const last = values.length - 3;
    if (
      closed.has(type) &&
      count > 1 &&
      Math.hypot(values[0] - values[last], values[1] - values[last + 1], values[2] - values[last + 2]) <
        samePointMm
    ) {
      violations.push({
        rule: "first-point-repeated",
        severity: "warning",
        tagPath: `${path}/${named("ContourData")}`,
        found: "the first point again at the end",
        expected: "an open list: closing is implied",
        remedy: "Remove the last point.",
      });
    }
    return violations;
  });

/** What the readers of the set refuse though type and points are in order. */
export const surfacesAreCertain: RoiRule = ({ name, contours }) =>
  contours.flatMap((contour, index): Violation[] => {
    const doubt = doubtOfSurface(contour);
    if (doubt === undefined) return [];
    return [
      {
        rule: "contour-surface",
        severity: "error",
        tagPath: `${itemPath("ContourSequence", index)} (3006,0040) of ${name}`,
        found: doubt,
        expected: "CLOSED_PLANAR where its points are",
        remedy: "Export the contour again.",
      },
    ];
  });

/** A decimal string has at most 16 bytes; longer ones stop imports. */
export const numbersFit: Rule = (set) =>
  contoursOf(set).flatMap(({ path, contour }) => {
    const element = contour.get(tags.ContourData);
    if (element === undefined)
      return [
        {
          rule: "contour-data",
          severity: "error",
          tagPath: `${path}/${named("ContourData")}`,
          found: "nothing",
          expected: "coordinates",
          remedy: "Export the contour again.",
        },
      ];
    const longest = latin1(element.bytes)
      .split("\\")
      .reduce((most, value) => Math.max(most, value.trim().length), 0);
    if (longest <= 16) return [];
    return [
      {
        rule: "decimal-string",
        severity: "error",
        tagPath: `${path}/${named("ContourData")}`,
        found: `a number of ${longest} characters`,
        expected: "at most 16 (DS)",
        remedy: "Write numbers with fewer digits.",
      },
    ];
  });

export const contoursLieOnSlices: Rule = (set, ct) => {
  const violations: Violation[] = [];
  for (const { path, contour } of contoursOf(set)) {
    const referenced = sequence(contour, tags.ContourImageSequence)[0];
    const type = text(contour, tags.ContourGeometricType) ?? "";
    if (referenced === undefined && closed.has(type)) {
      violations.push({
        rule: "contour-image",
        severity: "warning",
        tagPath: `${path}/${named("ContourImageSequence")}`,
        found: "nothing",
        expected: "the SOP instance UID of the slice",
        remedy: "Name the slice: some systems drop the contour otherwise.",
      });
    }
    if (ct === undefined || !closed.has(type)) continue;
    const values = numbers(contour, tags.ContourData);
    // Numbers that are none lie nowhere; pointsAreWhole tells of them.
    if (!values.every(Number.isFinite)) continue;
    const uid = referenced === undefined ? undefined : text(referenced, tags.ReferencedSOPInstanceUID);
    violations.push(...planeViolations(path, values, uid, ct));
  }
  return violations;
};

function planeViolations(
  path: string,
  values: readonly number[],
  uid: string | undefined,
  ct: CtReference,
): Violation[] {
  const { k, offMm, within } = contourExtent(values, ct.grid, ct.slices);
  const where = `${path}/${named("ContourData")}`;
  const outside = (severity: Severity, place: string, expected: string): Violation[] => [
    {
      rule: "contour-outside",
      severity,
      tagPath: where,
      found: place,
      expected,
      remedy: "Choose the CT that the set was drawn on.",
    },
  ];
  if (within === "none")
    return outside("error", "a place outside the CT", "a slice of the CT, within its images");
  // Other programs draw on the regular grid, from which a slice's stated position may differ that much.
  if (offMm > onPlaneMm + 0.1)
    return [
      {
        rule: "contour-plane",
        severity: "error",
        tagPath: where,
        found: `${offMm.toFixed(3)} mm off slice ${k + 1}`,
        expected: "points on the plane of one slice",
        remedy: "Export the contours on the CT's own slices.",
      },
    ];
  if (uid !== undefined && ct.slices[k].sopInstanceUid !== uid) {
    return [
      {
        rule: "contour-image",
        severity: "error",
        tagPath: `${path}/ContourImageSequence[1]/${named("ReferencedSOPInstanceUID")}`,
        found: "another image",
        expected: `the image of slice ${k + 1}, on which the contour lies`,
        remedy: "Correct the reference.",
      },
    ];
  }
  if (within === "part")
    return outside("warning", "points beyond the edge of the CT's images", "points within them");
  return [];
}
