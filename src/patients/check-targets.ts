/**
 * What `delineate check` says of the contours themselves once the CT is there: targets that do not lie in each other, contours
 * in the air, slices left out. On the CT's own voxels, upright, so that slices count from the feet, as geometry/margins/target-checks.ts has it.
 */

import type { Violation } from "#dicom/check/rule.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import type { DataSet } from "#dicom/dataset/dataset.ts";
import { rasteriseRoi } from "#dicom/rtstruct/rasterise-roi.ts";
import { type Roi, readStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { bodyMask } from "#editing/region-cut/body-and-bone.ts";
import {
  faultInWords,
  nestingFaults,
  type StructureFault,
  shapeFaults,
  statedLevel,
  type Target,
} from "#geometry/margins/target-checks.ts";
import { type Mask, uniteMasks } from "#geometry/mask.ts";
import { turnOf, uprightMask } from "#geometry/upright.ts";

/** Of these types an empty slice or a place in the air says nothing (PS3.3 C.8.8.8.1). */
const notOfThePatient = new Set(
  "EXTERNAL BOLUS MARKER REGISTRATION ISOCENTER SUPPORT FIXATION CONTROL DOSE_REGION DOSE_MEASUREMENT".split(
    " ",
  ),
);
/** ROIs that cannot be taken whole are named, and left out of what is checked. */
export function checkTargets(set: DataSet, ct: CtVolume): Violation[] {
  const rois = readStructureSet(set).rois.filter(
    ({ contours, framesOfReference: frames }) =>
      contours.length > 0 && (frames.length === 0 || frames.includes(ct.frameOfReferenceUid)),
  );
  const body = bodyOf(rois, ct);
  const targets: Target[] = [];
  const violations: Violation[] = [];
  for (const [index, roi] of rois.entries()) {
    const level = statedLevel(roi.interpretedType, roi.label, roi.name);
    if (level === undefined && notOfThePatient.has(roi.interpretedType)) continue;
    const mask = wholeMask(roi, ct);
    if (mask === undefined) {
      violations.push(notChecked(roi.name));
      continue;
    }
    if (level !== undefined) targets.push({ id: String(index), name: roi.name, level, mask, sources: [] });
    violations.push(...shapeFaults(roi.name, mask, body).map(asViolation));
  }
  return [...nestingFaults(targets).map(asViolation), ...violations];
}

/** The planner's external contour where there is one, else what the image shows; undefined where neither is known. */
function bodyOf(rois: readonly Roi[], ct: CtVolume): Mask | undefined {
  const externals = rois
    .filter(({ interpretedType }) => interpretedType === "EXTERNAL")
    .flatMap((roi) => wholeMask(roi, ct) ?? []);
  const body =
    externals.length > 0
      ? uniteMasks(externals[0].grid, externals)
      : uprightMask(bodyMask(ct), turnOf(ct.grid));
  return body.data.includes(1) ? body : undefined;
}

/** Undefined where some of its contours cannot be taken: what is left would be judged as if it were all. */
function wholeMask(roi: Roi, { grid, slices }: CtVolume): Mask | undefined {
  const { mask, findings } = rasteriseRoi(roi, grid, slices);
  return findings.some(({ severity }) => severity === "error") ? undefined : uprightMask(mask, turnOf(grid));
}

const remedies: Record<StructureFault["code"], string> = {
  "gtv-outside-ctv": "Make the CTV anew from the GTV as it is now.",
  "gtv-outside-ptv": "Make the PTV anew from the GTV as it is now.",
  "ctv-outside-ptv": "Make the PTV anew from the CTV as it is now.",
  "outside-body": "Look at the contours there.",
  "empty-slice": "Look at the slices, and draw what is missing.",
};

function asViolation(fault: StructureFault): Violation {
  const { code, severity, structure, outsideOf } = fault;
  return {
    rule: code,
    severity,
    tagPath: whereIs(structure),
    found: faultInWords(fault),
    expected:
      code === "empty-slice"
        ? "contours in every slice between the first and the last"
        : `nothing outside ${outsideOf}`,
    remedy: remedies[code],
  };
}

function notChecked(name: string): Violation {
  return {
    rule: "target-not-checked",
    severity: "warning",
    tagPath: whereIs(name),
    found: "contours that cannot be taken",
    expected: "a structure that can be taken whole",
    remedy: "Mend its contours; what lies where was not checked for it.",
  };
}

function whereIs(name: string): string {
  return `ROIContourSequence (3006,0039) of "${name}"`;
}
