/** Reads and decodes frames on a worker thread. The codecs are loaded before the first compressed one comes. */
import { readFile } from "node:fs/promises";
import { createFrameReader } from "#dicom/ct/frame-reader.ts";
import { startCodecs } from "#dicom/ct/read-pixels.ts";
import { answerTasks } from "#platform/worker-task.ts";

answerTasks(createFrameReader(readFile), ({ hu }) => [hu.buffer]);
await startCodecs();
