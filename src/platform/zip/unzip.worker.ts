/** Unpacks an archive on a thread of its own, so that what else the process does is not held up. */
import { answerTasks } from "#platform/worker-task.ts";
import { extractArchive } from "./extract-archive.ts";

answerTasks(extractArchive);
