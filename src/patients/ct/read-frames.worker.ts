/** Decodes frames on a worker thread. */
import { answerTasks } from "#platform/worker-task.ts";
import { createFrameReader } from "./read-frames.ts";

answerTasks(createFrameReader());
