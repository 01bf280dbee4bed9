/** Reads an upload on a thread of its own, so that the server answers meanwhile. */
import { answerTasks } from "#platform/worker-task.ts";
import { contentsOf } from "./read-upload.ts";

answerTasks(contentsOf);
