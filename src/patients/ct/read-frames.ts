/** The pixels of a series' frames, in their order. */
import { readFile } from "node:fs/promises";
import { isMainThread } from "node:worker_threads";
import type { CtFrame } from "#dicom/ct/ct-frames.ts";
import { createFrameReader, type FramePlace } from "#dicom/ct/frame-reader.ts";
import type { FramePixels } from "#dicom/ct/read-pixels.ts";
import { aheadOf, startThreads, streamFromThreads, type Threads } from "#platform/worker-pool.ts";

/** Fewer compressed frames are decoded before a thread has started. */
export const worthThreads = 32;

/** Threads that read and decode frames on all cores; none on a worker thread, which works beside others already. */
export function startDecoders(): Threads | undefined {
  return isMainThread ? startThreads(new URL("./read-frames.worker.ts", import.meta.url)) : undefined;
}

/** What a decoder is asked: the HU are written to `into`, and the answer is the rest. */
export type FrameTask = FramePlace & { readonly into: SharedArrayBuffer };
export type FrameAnswer = Omit<FramePixels, "hu">;

/**
 * By `decoders`, which end with the last frame, or one by one. A frame's HU hold until the next one is asked for: its memory is used
 * again, where a slice in new memory each time would soon be more than the CT. Throws what `readFrame` and `readDicom` throw, and the system's errors. */
export async function* readFrames(
  frames: readonly CtFrame[],
  decoders: Threads | undefined,
): AsyncGenerator<FramePixels, void, undefined> {
  const most = Math.max(0, ...frames.map(({ rows, columns }) => rows * columns));
  if (decoders !== undefined) {
    // As many as are made ahead of the one that is taken.
    const ring = Array.from(
      { length: Math.min(aheadOf(decoders), frames.length) },
      () => new SharedArrayBuffer(2 * most),
    );
    const tasks = frames.map(
      ({ file, frame, rescale }, at): FrameTask => ({ file, frame, rescale, into: ring[at % ring.length] }),
    );
    let at = 0;
    for await (const answer of streamFromThreads<FrameTask, FrameAnswer>(decoders, tasks)) {
      const { rows, columns } = frames[at];
      yield { hu: new Int16Array(tasks[at++].into, 0, rows * columns), ...answer };
    }
    return;
  }
  const read = createFrameReader(readFile);
  const into = new Int16Array(most);
  for (const frame of frames) yield await read(frame, into);
}
