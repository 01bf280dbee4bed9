/** The pixels of a series' frames, in their order. */
import { readFile } from "node:fs/promises";
import { isMainThread } from "node:worker_threads";
import type { CtFrame } from "#dicom/ct/ct-frames.ts";
import { type FramePixels, readFrame, startCodecs } from "#dicom/ct/read-pixels.ts";
import { type DicomFile, readDicom } from "#dicom/dataset/read-dataset.ts";
import { streamFromWorkers } from "#platform/worker-pool.ts";

/** Fewer compressed frames are decoded before a thread has started. */
const worthThreads = 32;

/** Where a frame lies, and how its values become HU. */
type FramePlace = Pick<CtFrame, "file" | "frame" | "rescale">;

/**
 * Compressed frames are decoded on all cores; on a worker thread, which works beside others already, one by one. Throws what
 * `readFrame` and `readDicom` throw, and the system's errors.
 */
export async function* readFrames(
  frames: readonly CtFrame[],
  compressed: boolean,
): AsyncGenerator<FramePixels, void, undefined> {
  if (compressed && isMainThread && frames.length >= worthThreads) {
    const places = frames.map(({ file, frame, rescale }): FramePlace => ({ file, frame, rescale }));
    yield* streamFromWorkers<FramePlace, FramePixels>(
      new URL("./read-frames.worker.ts", import.meta.url),
      places,
    );
    return;
  }
  const read = createFrameReader();
  for (const frame of frames) yield await read(frame);
}

/** One frame after another; a file of many frames is read once for those that follow one another. */
export function createFrameReader(): (place: FramePlace) => Promise<FramePixels> {
  let open: { readonly path: string; readonly file: DicomFile } | undefined;
  return async ({ file: path, frame, rescale }) => {
    if (open?.path !== path) open = { path, file: readDicom(await readFile(path), path) };
    if (open.file.compressedFrames !== undefined) await startCodecs();
    return readFrame(open.file, frame, rescale, path);
  };
}
