/**
 * `delineate inspect`: what is in a folder: series with their geometry, structure sets with their ROIs and volumes, what is
 * damaged or odd. Nothing that identifies a patient is read into the report.
 */

import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import type { Progress } from "#core/progress.ts";
import { groupSeries } from "#dicom/ct/assemble-ct.ts";
import { contentsOf } from "./contents.ts";
import { describeImage, type ImageReport } from "./describe-image.ts";
import { describeSegmentation, type SegmentationReport } from "./describe-segmentation.ts";
import { describeSeries, type SeriesReport } from "./describe-series.ts";
import { describeSet, type StructureSetReport } from "./describe-set.ts";

export type InspectReport = {
  readonly path: string;
  readonly dicomFiles: number;
  readonly otherFiles: number;
  readonly ct: readonly SeriesReport[];
  readonly structureSets: readonly StructureSetReport[];
  readonly segmentations: readonly SegmentationReport[];
  /** NIfTI and NRRD. */
  readonly images: readonly ImageReport[];
  /** Number of DICOM objects that are none of these, by modality. */
  readonly others: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
};

export async function inspect(path: string, progress: Progress, signal: AbortSignal): Promise<InspectReport> {
  const contents = await contentsOf(path, { progress, signal });
  const { frames, firstFiles, others, dicomFiles, otherFiles, imageFiles } = contents;
  const all = groupSeries(frames);
  const ct = all.map((series) => describeSeries(series, firstFiles.get(series.seriesInstanceUid)));
  const structureSets: StructureSetReport[] = [];
  const findings = [...contents.findings];
  for (const file of contents.sets) {
    stopIfAsked(signal);
    structureSets.push(await describeSet(file, all, ct, findings));
  }
  const segmentations: SegmentationReport[] = [];
  for (const file of contents.segmentations) {
    stopIfAsked(signal);
    const described = await describeSegmentation(file, findings);
    if (described !== undefined) segmentations.push(described);
  }
  const images: ImageReport[] = [];
  for (const [done, file] of imageFiles.entries()) {
    stopIfAsked(signal);
    images.push(...(await describeImage(file, findings)));
    progress.report("reading images", done + 1, imageFiles.length);
  }
  return { path, dicomFiles, otherFiles, ct, structureSets, segmentations, images, others, findings };
}

function stopIfAsked(signal: AbortSignal): void {
  if (signal.aborted) throw new DelineateError("cancelled", "The inspection was interrupted.");
}
