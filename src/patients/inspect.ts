/**
 * `delineate inspect`: what is in a folder: series with their geometry, structure sets with their ROIs and volumes, what is
 * damaged or odd. Nothing that identifies a patient is read into the report.
 */

import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding, findingIn, hasErrors } from "#core/findings.ts";
import type { Progress } from "#core/progress.ts";
import { type CtSeries, groupSeries } from "#dicom/ct/assemble-ct.ts";
import { type CtFrame, readCtHeader } from "#dicom/ct/ct-frames.ts";
import { stackSlices } from "#dicom/ct/stack-slices.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { ctOfSet, pairedByFrame } from "#dicom/rtstruct/ct-of-set.ts";
import { rasteriseRoi } from "#dicom/rtstruct/rasterise-roi.ts";
import { isStructureSet, readStructureSet, type StructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { skippedSlices } from "#dicom/rtstruct/skipped-slices.ts";
import { type Grid, voxelCount } from "#geometry/grid.ts";
import { volumeCc } from "#geometry/mask.ts";
import { type ScannedFile, scanEach } from "./scan-folder.ts";

export type SeriesReport = {
  readonly seriesInstanceUid: string;
  readonly slices: number;
  readonly kernel: string;
  readonly manufacturer: string;
  readonly transferSyntaxUid: string;
  /** Columns, rows, slices; millimetres; undefined with the reason in `problem` if the slices make no volume. */
  readonly grid: Grid | undefined;
  readonly problem: string | undefined;
};

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

type StructureSetReport = {
  readonly file: string;
  readonly label: string;
  readonly approval: string;
  readonly ctSeries: string | undefined;
  readonly rois: readonly RoiReport[];
};

export type InspectReport = {
  readonly path: string;
  readonly dicomFiles: number;
  readonly otherFiles: number;
  readonly ct: readonly SeriesReport[];
  readonly structureSets: readonly StructureSetReport[];
  /** Number of objects that are neither, by modality. */
  readonly others: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
};

export async function inspect(path: string, progress: Progress, signal: AbortSignal): Promise<InspectReport> {
  const { frames, sets, firstFiles, others, findings, ...counts } = await contentsOf(path, {
    progress,
    signal,
  });
  const all = groupSeries(frames);
  const ct = all.map((series) => describeSeries(series, firstFiles.get(series.seriesInstanceUid)));
  const structureSets: StructureSetReport[] = [];
  const collected = [...findings];
  for (const file of sets) structureSets.push(await describeSet(file, all, ct, collected));
  return { path, ...counts, ct, structureSets, others, findings: collected };
}

type Contents = Pick<InspectReport, "dicomFiles" | "otherFiles" | "others" | "findings"> & {
  /** Each with the header of its series' first file. */
  readonly frames: readonly CtFrame[];
  /** Paths of the structure sets. */
  readonly sets: readonly string[];
  /** Of each CT series, by its UID. */
  readonly firstFiles: ReadonlyMap<string, ScannedFile>;
};

/** Of an archive's files only what the report is made of is kept: one header per CT series. */
async function contentsOf(path: string, options: Parameters<typeof scanEach>[2]): Promise<Contents> {
  const frames: CtFrame[] = [];
  const sets: string[] = [];
  const firstFiles = new Map<string, ScannedFile>();
  const others: Record<string, number> = {};
  const skipped: Finding[] = [];
  let dicomFiles = 0;
  const scan = await scanEach(
    path,
    (file) => {
      dicomFiles++;
      const reading = readCtHeader(file.header, file.path);
      for (const frame of reading.kind === "ct" ? reading.frames : []) {
        const first = firstFiles.get(frame.seriesInstanceUid) ?? file;
        firstFiles.set(frame.seriesInstanceUid, first);
        frames.push({ ...frame, header: first.header });
      }
      if (reading.kind === "ct") return;
      if (reading.finding.severity !== "info") skipped.push(reading.finding);
      const modality = text(file.header, tags.Modality) ?? "unknown";
      if (isStructureSet(file.header)) sets.push(file.path);
      else others[modality] = (others[modality] ?? 0) + 1;
    },
    options,
  );
  const findings = [...scan.findings, ...skipped];
  return { frames, sets, firstFiles, others, dicomFiles, otherFiles: scan.otherFiles, findings };
}

function describeSeries(series: CtSeries, first: ScannedFile | undefined): SeriesReport {
  const { header } = series.frames[0];
  const common = {
    seriesInstanceUid: series.seriesInstanceUid,
    slices: series.frames.length,
    kernel: text(header, tags.ConvolutionKernel) ?? "not given",
    manufacturer: text(header, tags.Manufacturer) ?? "not given",
    transferSyntaxUid: first?.transferSyntaxUid ?? "",
  };
  try {
    return { ...common, grid: stackSlices(series.frames).grid, problem: undefined };
  } catch (error) {
    if (error instanceof DelineateError) return { ...common, grid: undefined, problem: error.message };
    throw error;
  }
}

/** Structure sets larger than this many voxels are listed without volumes: a damaged header can claim any matrix. */
const mostVoxels = 2 ** 28;

async function describeSet(
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
