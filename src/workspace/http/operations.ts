/**
 * What those who run the service ask it: is it alive, can it serve, and figures in Prometheus' text format (exposition format
 * 0.0.4). Nothing here says anything of a patient.
 */
import type { FastifyInstance } from "fastify";
import { operationRoutes } from "#contract/workspace/routes.ts";
import { programVersion } from "#platform/version.ts";
import type { Usage } from "#workspace/quota.ts";
import { databaseUnavailable } from "#workspace/store/connection-loss.ts";
import { jobStates } from "#workspace/work-facts.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { type Metric, metricsText } from "./metrics-text.ts";

/** Of one request; its route is the pattern, since an address may hold the name of a patient's file. */
export type RequestFacts = {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
};

export function registerOperations(
  app: FastifyInstance,
  workspace: Workspace,
  onRequest: (facts: RequestFacts) => void = () => undefined,
): void {
  const requests = new Map<string, number>();
  app.addHook("onResponse", async (request, reply) => {
    const status = reply.statusCode;
    const group = `${Math.floor(status / 100)}xx`;
    requests.set(group, (requests.get(group) ?? 0) + 1);
    const { method, routeOptions } = request;
    onRequest({ method, route: routeOptions.url ?? "", status, ms: Math.round(reply.elapsedTime) });
  });

  app.get(operationRoutes.alive, { config: { access: "public" } }, async (_, reply) =>
    reply.type("text/plain").send("ok\n"),
  );
  app.get(operationRoutes.ready, { config: { access: "public" } }, async (_, reply) => {
    if (!workspace.isUp()) throw databaseUnavailable();
    // A standby that only answers refuses the share: it can keep nothing.
    await workspace.db.selectFrom("workspace").select("id").forKeyShare().execute();
    await workspace.files.check();
    const storage = await workspace.quota.usage();
    // People can work: it is ready all the same.
    const isFull = storage !== null && storage.usedBytes >= storage.limitBytes;
    return reply
      .type("text/plain")
      .send(isFull ? "ok, but the quota is used up: nothing is taken in\n" : "ok\n");
  });
  app.get(operationRoutes.metrics, { config: { access: "admin", byToken: true } }, async (_, reply) => {
    const ofService = ofProcess(requests, workspace.isUp());
    const shared = workspace.isUp() ? await ofWorkspace(workspace) : [];
    return reply.type("text/plain; version=0.0.4").send(metricsText([...ofService, ...shared]));
  });
}

function ofProcess(requests: ReadonlyMap<string, number>, isUp: boolean): Metric[] {
  const { user, system } = process.cpuUsage();
  const answered = [...requests].map(([status, value]) => ({ labels: { status }, value }));
  return [
    metric("delineate_info", "gauge", "The program's version.", 1, { version: programVersion }),
    metric("delineate_database_up", "gauge", "1 if the database can be reached.", isUp ? 1 : 0),
    { name: "delineate_requests_total", type: "counter", help: "Requests answered.", values: answered },
    metric("process_cpu_seconds_total", "counter", "Processor time of the service.", (user + system) / 1e6),
    metric("process_resident_memory_bytes", "gauge", "Memory of the service.", process.memoryUsage.rss()),
  ];
}

async function ofWorkspace(workspace: Workspace): Promise<Metric[]> {
  const { db } = workspace;
  const cases = await db
    .selectFrom("cases")
    .select(["state", db.fn.countAll().as("count")])
    .groupBy("state")
    .execute();
  const byState = cases.map(({ state, count }) => ({ labels: { state }, value: Number(count) }));
  const jobs = Object.entries(await jobStates(workspace)).flatMap(([kind, states]) =>
    Object.entries(states).map(([state, value]) => ({ labels: { kind, state }, value })),
  );
  const help = "Processes of the workspace, the service among them.";
  return [
    { name: "delineate_cases", type: "gauge", help: "Cases by their state.", values: byState },
    { name: "delineate_jobs", type: "gauge", help: "Jobs, counted a few seconds ago.", values: jobs },
    ...ofStorage(await workspace.quota.usage()),
    metric("delineate_processes", "gauge", help, await workspace.jobs.instances()),
  ];
}

function ofStorage(storage: Usage | null): Metric[] {
  if (storage === null) return [];
  const { usedBytes, limitBytes } = storage;
  return [
    metric("delineate_storage_bytes", "gauge", "Size of the data folder, measured now and then.", usedBytes),
    metric("delineate_storage_quota_bytes", "gauge", "The most that is taken in.", limitBytes),
  ];
}

function metric(
  name: string,
  type: Metric["type"],
  help: string,
  ...[value, labels = {}]: [value: number, labels?: Readonly<Record<string, string>>]
): Metric {
  return { name, type, help, values: [{ labels, value }] };
}
