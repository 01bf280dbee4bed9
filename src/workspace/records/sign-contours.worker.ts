/** Replays, proves and writes what is signed on a thread of its own, so that the server answers meanwhile. */
import { answerTasks } from "#platform/worker-task.ts";
import { signHere } from "./sign-contours.ts";

answerTasks(signHere);
