/** A CT series as its headers describe it: its grid, or why its slices make no volume. */
import { DelineateError } from "#core/errors.ts";
import type { CtSeries } from "#dicom/ct/assemble-ct.ts";
import { stackSlices } from "#dicom/ct/stack-slices.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import type { Grid } from "#geometry/grid.ts";
import type { ScannedFile } from "#patients/scan-folder.ts";

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

/** `first`: the file of its first slice. */
export function describeSeries(series: CtSeries, first: ScannedFile | undefined): SeriesReport {
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
