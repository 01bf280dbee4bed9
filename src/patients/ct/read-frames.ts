/** The pixels of a series' frames, in their order. */
import { readFile } from "node:fs/promises";
import { isMainThread } from "node:worker_threads";
import type { CtFrame } from "#dicom/ct/ct-frames.ts";
import { createFrameReader, type FramePlace } from "#dicom/ct/frame-reader.ts";
import type { PixelCounts } from "#dicom/ct/read-pixels.ts";
import { startThreads, streamFromThreads, type Threads } from "#platform/worker-pool.ts";

/** Fewer compressed frames are decoded before a thread has started. */
export const worthThreads = 32;

/** Threads that read and decode frames on all cores; none on a worker thread, which works beside others already. */
export function startDecoders(): Threads | undefined {
  return isMainThread ? startThreads(new URL("./read-frames.worker.ts", import.meta.url)) : undefined;
}

/** What a decoder is asked: `into` is shared memory. */
export type FrameTask = FramePlace & { readonly into: Int16Array };

/**
 * Each frame's HU into its memory, by `decoders`, which end with the last frame and need shared memory, or one by one. Throws what `readFrame` and
 * `readDicom` throw, and the system's errors.
 */
export async function* readFrames(
  frames: readonly CtFrame[],
  slices: readonly Int16Array[],
  decoders: Threads | undefined,
): AsyncGenerator<PixelCounts, void, undefined> {
  const tasks = frames.map(
    ({ file, frame, rescale }, at): FrameTask => ({ file, frame, rescale, into: slices[at] }),
  );
  if (decoders !== undefined) {
    yield* streamFromThreads<FrameTask, PixelCounts>(decoders, tasks);
    return;
  }
  const read = createFrameReader(readFile);
  for (const { into, ...place } of tasks) yield await read(place, into);
}
