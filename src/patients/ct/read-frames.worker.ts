/** Reads and decodes frames on a worker thread. */
import { readFile } from "node:fs/promises";
import { createFrameReader } from "#dicom/ct/frame-reader.ts";
import { answerTasks } from "#platform/worker-task.ts";
import type { FrameAnswer, FrameTask } from "./read-frames.ts";

const read = createFrameReader(readFile);
answerTasks(async ({ into, ...place }: FrameTask): Promise<FrameAnswer> => {
  const { padded, clamped } = await read(place, new Int16Array(into));
  return { padded, clamped };
});
