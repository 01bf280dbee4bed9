/** Makes a report on a thread of its own: reading a CT and drawing it must not keep the server from answering. */
import { answerTasks } from "#platform/worker-task.ts";
import { makeReport } from "./make-report.ts";

answerTasks(makeReport);
