/** Reads and decodes frames on a worker thread. */
import { readFile } from "node:fs/promises";
import { createFrameReader } from "#dicom/ct/frame-reader.ts";
import type { PixelCounts } from "#dicom/ct/read-pixels.ts";
import { answerTasks } from "#platform/worker-task.ts";
import type { FrameTask } from "./read-frames.ts";

const read = createFrameReader(readFile);
answerTasks(async ({ into, ...place }: FrameTask): Promise<PixelCounts> => {
  const { padded, clamped } = await read(place, into);
  // Not the HU, which would be copied.
  return { padded, clamped };
});
