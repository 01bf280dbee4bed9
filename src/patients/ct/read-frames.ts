/** The pixels of a series' frames, in their order. */
import { readFile } from "node:fs/promises";
import { isMainThread } from "node:worker_threads";
import type { CtFrame } from "#dicom/ct/ct-frames.ts";
import { createFrameReader, type FramePlace } from "#dicom/ct/frame-reader.ts";
import type { FramePixels } from "#dicom/ct/read-pixels.ts";
import { startThreads, streamFromThreads, type Threads } from "#platform/worker-pool.ts";

/** Fewer compressed frames are decoded before a thread has started. */
export const worthThreads = 32;

/** Threads that read and decode frames on all cores; none on a worker thread, which works beside others already. */
export function startDecoders(): Threads | undefined {
  return isMainThread ? startThreads(new URL("./read-frames.worker.ts", import.meta.url)) : undefined;
}

/** By `decoders`, which end with the last frame, or one by one. Throws what `readFrame` and `readDicom` throw, and the system's errors. */
export async function* readFrames(
  frames: readonly CtFrame[],
  decoders: Threads | undefined,
): AsyncGenerator<FramePixels, void, undefined> {
  if (decoders !== undefined) {
    const places = frames.map(({ file, frame, rescale }): FramePlace => ({ file, frame, rescale }));
    yield* streamFromThreads<FramePlace, FramePixels>(decoders, places);
    return;
  }
  const read = createFrameReader(readFile);
  for (const frame of frames) yield await read(frame);
}
