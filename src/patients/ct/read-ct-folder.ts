/** The CT below a folder as one volume: headers first, then the pixels of the chosen series alone. */
import { dirname } from "node:path";
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import { assembleCt, chooseSeries, groupSeries } from "#dicom/ct/assemble-ct.ts";
import { isCompressed } from "#dicom/ct/codecs.ts";
import { type CtFrame, readCtHeader } from "#dicom/ct/ct-frames.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import type { PixelCounts } from "#dicom/ct/read-pixels.ts";
import { refuseUnlisted } from "#platform/list-folder.ts";
import type { Threads } from "#platform/worker-pool.ts";
import { type FolderScan, type ScannedFile, scanEach, scanFiles } from "../scan-folder.ts";
import { readFrames, startDecoders, worthThreads } from "./read-frames.ts";

export type ReadCtOptions = {
  /** Series instance UID, or number in the list that `several-ct` prints. */
  readonly series?: string | undefined;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** Started already; they are ended here. Otherwise they start where compressed frames are worth it. */
  readonly decoders?: Threads | undefined;
};

/** Throws the named errors of the scan, of the choice of the series, of its geometry and of its pixels. */
export async function readCtFolder(path: string, options: ReadCtOptions = {}): Promise<CtVolume> {
  return (await beginCtFolder(path, options)).volume;
}

type BegunVolume = {
  /** Throws what goes wrong with the series and its pixels. */
  readonly volume: Promise<CtVolume>;
  /** Who does not want it any more: reading ends with the next slice. */
  readonly stop: () => void;
};

/** As `readCtFolder`, for who has something to do while threads decode: comes once the headers are read. */
export async function beginCtFolder(path: string, options: ReadCtOptions = {}): Promise<BegunVolume> {
  const files: ScannedFile[] = [];
  let compressed = 0;
  let { decoders } = options;
  const end = async (): Promise<void> => decoders?.end();
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, ...(options.signal ? [options.signal] : [])]);
  try {
    const rest = await scanEach(
      path,
      (file) => {
        files.push(file);
        // They start while the other headers are read.
        if (isCompressed(file.transferSyntaxUid) && ++compressed >= worthThreads)
          decoders ??= startDecoders();
      },
      options,
    );
    const volume = readCtFromScan({ files, ...rest }, path, { ...options, decoders, signal }).finally(end);
    // Told to who waits for it.
    volume.catch(() => undefined);
    return { volume, stop: () => stopping.abort() };
  } catch (cause) {
    await end();
    throw cause;
  }
}

/** One series from its own files, which are known already. */
export async function readCtFiles(files: readonly string[], series: string): Promise<CtVolume> {
  return readCtFromScan(await scanFiles(files), dirname(files[0]), { series });
}

export async function readCtFromScan(
  scan: FolderScan,
  path: string,
  options: ReadCtOptions = {},
): Promise<CtVolume> {
  const progress = options.progress ?? silentProgress;
  // What is behind a broken link may be slices.
  refuseUnlisted(scan.findings);
  const { frames, findings } = ctFramesOf(scan);
  const series = chooseSeries(groupSeries(frames), options.series, path);
  const syntaxes = new Map(scan.files.map(({ path: file, transferSyntaxUid }) => [file, transferSyntaxUid]));
  let done = 0;
  const readPixels = async function* (
    inOrder: readonly CtFrame[],
    slices: readonly Int16Array[],
  ): AsyncGenerator<PixelCounts> {
    const compressed = inOrder.filter(({ file }) => isCompressed(syntaxes.get(file) ?? "")).length;
    const decoders = options.decoders ?? (compressed >= worthThreads ? startDecoders() : undefined);
    for await (const slice of readFrames(inOrder, slices, decoders)) {
      if (options.signal?.aborted) throw new DelineateError("cancelled", "Reading the CT was interrupted.");
      yield slice;
      progress.report("reading CT", ++done, inOrder.length);
    }
  };
  return assembleCt(series, readPixels, [...scan.findings, ...findings]);
}

export function ctFramesOf(scan: FolderScan): { frames: CtFrame[]; findings: Finding[] } {
  const frames: CtFrame[] = [];
  const findings: Finding[] = [];
  for (const { path, header } of scan.files) {
    const reading = readCtHeader(header, path);
    if (reading.kind === "ct") frames.push(...reading.frames);
    else findings.push(reading.finding);
  }
  return { frames, findings };
}
