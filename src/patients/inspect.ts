/**
 * `delineate inspect`: what is in a folder: series with their geometry, structure sets with their ROIs and volumes, what is
 * damaged or odd. Nothing that identifies a patient is read into the report.
 */

import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding, hasErrors } from "#core/findings.ts";
import type { Progress } from "#core/progress.ts";
import { type CtSeries, groupSeries } from "#dicom/ct/assemble-ct.ts";
import { stackSlices } from "#dicom/ct/stack-slices.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { ctOfSet } from "#dicom/rtstruct/ct-of-set.ts";
import { rasteriseRoi } from "#dicom/rtstruct/rasterise-roi.ts";
import { isStructureSet, readStructureSet, type StructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import type { Grid } from "#geometry/grid.ts";
import { volumeCc } from "#geometry/mask.ts";
import { ctFramesOf } from "./ct/read-ct-folder.ts";
import { type FolderScan, type ScannedFile, scanFolder } from "./scan-folder.ts";

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
  const scan = await scanFolder(path, { progress, signal });
  const { frames, findings } = ctFramesOf(scan);
  const all = groupSeries(frames);
  const ct = all.map((series) => describeSeries(series, scan));
  const structureSets: StructureSetReport[] = [];
  const collected: Finding[] = [...scan.findings, ...findings.filter(({ severity }) => severity !== "info")];
  for (const file of scan.files.filter(({ header }) => isStructureSet(header))) {
    structureSets.push(await describeSet(file, all, ct, collected));
  }
  const used = new Set([...frames.map(({ file }) => file), ...structureSets.map(({ file }) => file)]);
  const others: Record<string, number> = {};
  for (const { path: other, header } of scan.files) {
    if (used.has(other)) continue;
    const modality = text(header, tags.Modality) ?? "unknown";
    others[modality] = (others[modality] ?? 0) + 1;
  }
  return {
    path,
    dicomFiles: scan.files.length,
    otherFiles: scan.otherFiles,
    ct,
    structureSets,
    others,
    findings: collected,
  };
}

function describeSeries(series: CtSeries, scan: FolderScan): SeriesReport {
  const { header, file } = series.frames[0];
  const common = {
    seriesInstanceUid: series.seriesInstanceUid,
    slices: series.frames.length,
    kernel: text(header, tags.ConvolutionKernel) ?? "not given",
    manufacturer: text(header, tags.Manufacturer) ?? "not given",
    transferSyntaxUid: scan.files.find((scanned) => scanned.path === file)?.transferSyntaxUid ?? "",
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
  { path }: ScannedFile,
  all: readonly CtSeries[],
  reports: readonly SeriesReport[],
  findings: Finding[],
): Promise<StructureSetReport> {
  const { dataSet } = readDicom(await readFile(path), path);
  const set: StructureSet = readStructureSet(dataSet);
  findings.push(...set.findings.map((item) => ({ ...item, where: `${path}: ${item.where ?? ""}` })));
  const match = ctOfSet(set, all);
  const grid = match.ct && reports[all.indexOf(match.ct)].grid;
  if (grid === undefined) {
    const why = match.ct === undefined ? match.fault.message : "Its CT makes no volume.";
    findings.push(finding("info", "no-ct-for-set", `${why} No volumes of its ROIs.`, path));
  }
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
  const usable =
    grid !== undefined && grid.size[0] * grid.size[1] * grid.size[2] <= mostVoxels ? grid : undefined;
  const rois = set.rois.map((roi): RoiReport => {
    const rasterised = usable === undefined ? undefined : rasteriseRoi(roi, usable);
    const own = rasterised?.findings ?? roi.findings;
    findings.push(...own.map((item) => ({ ...item, where: `${path}: ${item.where ?? ""}` })));
    return {
      name: roi.name,
      type: roi.interpretedType,
      algorithm: roi.generationAlgorithm,
      contours: roi.contours.length,
      refused: hasErrors(own),
      volumeCc: rasterised === undefined || hasErrors(own) ? undefined : volumeCc(rasterised.mask),
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
