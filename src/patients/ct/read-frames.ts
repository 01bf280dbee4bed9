/** The pixels of a series' frames, in their order. */
import { readFile } from "node:fs/promises";
import { isMainThread } from "node:worker_threads";
import type { CtFrame } from "#dicom/ct/ct-frames.ts";
import { createFrameReader, type FramePlace } from "#dicom/ct/frame-reader.ts";
import type { FramePixels } from "#dicom/ct/read-pixels.ts";
import { streamFromWorkers } from "#platform/worker-pool.ts";

/** Fewer compressed frames are decoded before a thread has started. */
const worthThreads = 32;

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
  const read = createFrameReader(readFile);
  for (const frame of frames) yield await read(frame);
}
