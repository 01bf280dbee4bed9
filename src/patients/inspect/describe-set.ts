/** A structure set with the volumes of its ROIs on its CT. */
import { readFile } from "node:fs/promises";
import { type Finding, finding, findingIn, hasErrors } from "#core/findings.ts";
import type { CtSeries } from "#dicom/ct/assemble-ct.ts";
import { stackSlices } from "#dicom/ct/stack-slices.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { ctOfSet, pairedByFrame } from "#dicom/rtstruct/ct-of-set.ts";
import { rasteriseRoi } from "#dicom/rtstruct/rasterise-roi.ts";
import { readStructureSet, type StructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { skippedSlices } from "#dicom/rtstruct/skipped-slices.ts";
import { voxelCount } from "#geometry/grid.ts";
import { volumeCc } from "#geometry/mask.ts";
import type { SeriesReport } from "./describe-series.ts";

type RoiReport = {
  readonly name: string;
  readonly type: string;
  readonly algorithm: string;
  readonly contours: number;
  /** Every reader refuses it, for what its findings say. */
  readonly refused: boolean;
  /** On the CT's grid; undefined where the CT is not there, or the ROI is refused. */
  readonly volumeCc: number | undefined;
};

export type StructureSetReport = {
  readonly file: string;
  readonly label: string;
  readonly approval: string;
  readonly ctSeries: string | undefined;
  readonly rois: readonly RoiReport[];
};

/** Structure sets larger than this many voxels are listed without volumes: a damaged header can claim any matrix. */
const mostVoxels = 2 ** 28;

/** `all` and `reports`: the CT series that are there, in the same order. What speaks against the set is added to `findings`. */
export async function describeSet(
  path: string,
  all: readonly CtSeries[],
  reports: readonly SeriesReport[],
  findings: Finding[],
): Promise<StructureSetReport> {
  const { dataSet } = readDicom(await readFile(path), path);
  const set: StructureSet = readStructureSet(dataSet);
  findings.push(...set.findings.map((item) => findingIn(path, item)));
  const match = ctOfSet(set, all);
  const grid = match.ct && reports[all.indexOf(match.ct)].grid;
  if (grid === undefined) {
    const why = match.ct === undefined ? match.fault.message : "Its CT makes no volume.";
    findings.push(finding("info", "no-ct-for-set", `${why} No volumes of its ROIs.`, path));
  }
  const byFrame = match.ct !== undefined && match.byFrame;
  if (byFrame) findings.push(pairedByFrame(path));
  const frame = match.ct?.frameOfReferenceUid;
  const elsewhere = frame !== undefined && set.framesOfReference.some((other) => other !== frame);
  if (elsewhere)
    findings.push(
      finding(
        "warning",
        "wrong-frame-of-reference",
        "Not all of it lies in the frame of reference of its CT: such ROIs are refused.",
        path,
      ),
    );
  const isTooLarge = grid !== undefined && voxelCount(grid) > mostVoxels;
  if (isTooLarge) {
    const message = `Its CT has ${grid.size.join(" x ")} voxels, more than inspect measures on. No volumes of its ROIs: evaluate and convert read them.`;
    findings.push(finding("info", "no-ct-for-set", message, path));
  }
  const usable = isTooLarge ? undefined : grid;
  const slices =
    match.ct === undefined || usable === undefined ? undefined : stackSlices(match.ct.frames).frames;
  const rois = set.rois.map((roi): RoiReport => {
    const rasterised = usable === undefined ? undefined : rasteriseRoi(roi, usable, slices);
    const roiFindings =
      rasterised === undefined
        ? roi.findings
        : [...rasterised.findings, ...skippedSlices(rasterised.mask, byFrame, roi.name)];
    findings.push(...roiFindings.map((item) => findingIn(path, item)));
    return {
      name: roi.name,
      type: roi.interpretedType,
      algorithm: roi.generationAlgorithm,
      contours: roi.contours.length,
      refused: hasErrors(roiFindings),
      volumeCc: rasterised === undefined || hasErrors(roiFindings) ? undefined : volumeCc(rasterised.mask),
    };
  });
  return {
    file: path,
    label: set.label,
    approval: set.approvalStatus,
    ctSeries: match.ct?.seriesInstanceUid,
    rois,
  };
}
