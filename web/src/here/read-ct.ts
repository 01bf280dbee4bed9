/** A CT from files that were chosen in the browser; nothing of them is sent. Reading is that of src/dicom. */
import jpegLs from "@cornerstonejs/codec-charls/decodewasm?url";
import others from "dcmjs-codecs/build/dcmjs-native-codecs.wasm?url";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import type { Progress } from "#core/progress.ts";
import { assembleCt, type CtSeries, chooseSeries, groupSeries } from "#dicom/ct/assemble-ct.ts";
import { type CtFrame, readCtHeader } from "#dicom/ct/ct-frames.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { createFrameReader } from "#dicom/ct/frame-reader.ts";
import type { PixelCounts } from "#dicom/ct/read-pixels.ts";
import { readHeader } from "#dicom/dataset/read-header.ts";
import type { PickedFile } from "../worklist/upload/collect-files.ts";

type CtFiles = {
  /** Those with more than one slice, or the only one where there is no such. */
  readonly series: readonly CtSeries[];
  /** What was skipped as damaged. */
  readonly findings: readonly Finding[];
};

/** Throws `no-ct` for files among which there is no CT image, `too-few-slices` where each slice has a series of its own. */
export async function findSeries(files: readonly PickedFile[], progress: Progress): Promise<CtFiles> {
  const frames: CtFrame[] = [];
  const findings: Finding[] = [];
  for (const [index, { path, file }] of files.entries()) {
    const first = async (length: number) => new Uint8Array(await file.slice(0, length).arrayBuffer());
    try {
      const { dataSet, findings: fileFindings } = await readHeader({ size: file.size, first }, path);
      const reading = readCtHeader(dataSet, path);
      if (reading.kind === "ct") frames.push(...reading.frames);
      else findings.push(reading.finding);
      findings.push(...fileFindings);
    } catch (error) {
      if (!(error instanceof DelineateError)) throw error;
      // What is no DICOM at all lies beside images everywhere. A damaged image may be a slice, whose gap is refused later.
      if (error.code !== "not-dicom") findings.push(finding("warning", error.code, error.message, path));
    }
    progress.report("Reading headers", index + 1, files.length);
  }
  const allSeries = groupSeries(frames);
  if (allSeries.length === 0)
    throw new DelineateError(
      "no-ct",
      "There is no CT image among these files. Choose the folder with the planning CT's DICOM files; unpack a zip first.",
    );
  const volumes = allSeries.filter((series) => series.frames.length > 1);
  // Nobody can choose among slices.
  const series = volumes.length > 0 ? volumes : [chooseSeries(allSeries, undefined, "What you chose")];
  return { series, findings };
}

/** Throws the named errors of the series' geometry and of its pixels. */
export async function readSeries(
  series: CtSeries,
  files: readonly PickedFile[],
  {
    progress,
    findings,
    base,
  }: {
    readonly progress: Progress;
    readonly findings: readonly Finding[];
    /** The page's address. */
    readonly base: string;
  },
): Promise<CtVolume> {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const bytesOf = async (path: string) =>
    new Uint8Array((await byPath.get(path)?.arrayBuffer()) ?? new ArrayBuffer(0));
  const read = createFrameReader(bytesOf, {
    jpegLs: new URL(jpegLs, base).href,
    others: new URL(others, base).href,
  });
  const readPixels = async function* (
    frames: readonly CtFrame[],
    slices: readonly Int16Array[],
  ): AsyncGenerator<PixelCounts> {
    for (const [index, frame] of frames.entries()) {
      yield await read(frame, slices[index]);
      progress.report("Reading slices", index + 1, frames.length);
    }
  };
  return assembleCt(series, readPixels, findings);
}
