/** Writes the RTSTRUCT of an automatic contour on a thread of its own, so that the service answers meanwhile. */
import { answerTasks } from "#platform/worker-task.ts";
import { writeAutomaticFile } from "./automatic-file.ts";

answerTasks(writeAutomaticFile);
