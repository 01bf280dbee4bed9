/** A service or a worker as a process of its own, with times short enough to wait for in a test; it can be killed. */
import { openServer } from "#workspace/http/open-server.ts";
import { openWorker } from "#workspace/work/open-worker.ts";

import { type Member, type MemberMessage, shortTimes } from "./members.ts";

const { role, data, database, port } = JSON.parse(process.argv[2] ?? "{}") as Member;
const tell = (message: MemberMessage): void => {
  process.send?.(message);
};
const onFault = (error: unknown): void =>
  tell({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
process.on("disconnect", () => process.exit(1));

if (role === "service") {
  const place = { data, database, port, host: "127.0.0.1" };
  const { url } = await openServer({ ...place, sample: false, workers: 0, times: shortTimes, onFault });
  tell({ ready: url });
} else {
  const worker = await openWorker({ data, database, workers: 1, times: shortTimes, onFault });
  process.on("SIGTERM", () => worker.close().then(() => process.exit(0)));
  tell({ ready: "" });
}
