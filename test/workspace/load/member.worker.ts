/** A service or a worker as a process of its own, with times short enough to wait for in a test; it can be killed. */
import { openClinic } from "#pacs/open-clinic.ts";
import { checkClinic } from "#pacs/rules/read-clinic.ts";
import { openServer } from "#workspace/http/open-server.ts";
import { openWorker } from "#workspace/work/open-worker.ts";

import { clinicYaml } from "../../pacs/clinic-server.ts";
import { type Member, type MemberMessage, shortTimes } from "./members.ts";

const { role, data, database, files, port, dicomPort } = JSON.parse(process.argv[2] ?? "{}") as Member;
const tell = (message: MemberMessage): void => {
  process.send?.(message);
};
const onFault = (error: unknown): void =>
  tell({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
process.on("disconnect", () => process.exit(1));

if (role === "service") {
  const place = { data, database, files, port, host: "127.0.0.1" };
  const server = await openServer({ ...place, sample: false, workers: 0, times: shortTimes, onFault });
  if (dicomPort !== undefined) {
    const { clinic } = checkClinic(clinicYaml("", { port: dicomPort }));
    if (clinic === undefined) throw new Error("the listener's configuration is wrong");
    await openClinic(clinic, { ...server, log: () => undefined });
  }
  tell({ ready: server.url });
} else {
  const tasks = role === "trainer" ? (["trainings"] as const) : undefined;
  const worker = await openWorker({
    ...{ data, database, files, tasks, workers: 1, times: shortTimes, onFault },
  });
  process.on("SIGTERM", () => worker.close().then(() => process.exit(0)));
  tell({ ready: "" });
}
