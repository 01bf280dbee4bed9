/** Metadata of structure sets on a thread of its own: those of a planning system have megabytes of contours. */
import { answerTasks } from "#platform/worker-task.ts";
import { metadataOfFile } from "./metadata.ts";

answerTasks(metadataOfFile);
