/** Decodes frames on a worker thread, which is started for compressed ones: the codecs are loaded before the first comes. */
import { readFile } from "node:fs/promises";
import { createFrameReader } from "#dicom/ct/frame-reader.ts";
import { startCodecs } from "#dicom/ct/read-pixels.ts";
import { answerTasks } from "#platform/worker-task.ts";

answerTasks(createFrameReader(readFile), ({ hu }) => [hu.buffer]);
await startCodecs();
