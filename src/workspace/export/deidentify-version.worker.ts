/** De-identifies on a thread of its own: hundreds of images must not keep the server from answering. */
import { answerTasks } from "#platform/worker-task.ts";
import { deidentifyVersion } from "./deidentify-version.ts";

answerTasks(deidentifyVersion);
