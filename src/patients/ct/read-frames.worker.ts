/** Decodes frames on a worker thread. */
import { readFile } from "node:fs/promises";
import { createFrameReader } from "#dicom/ct/frame-reader.ts";
import { answerTasks } from "#platform/worker-task.ts";

answerTasks(createFrameReader(readFile));
