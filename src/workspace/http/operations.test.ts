/** What those who run the service see of it, and that none of it says who a patient is. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { operationRoutes } from "#contract/workspace/routes.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";
import type { RequestFacts } from "./operations.ts";

let server: PhantomServer;
const requests: RequestFacts[] = [];
beforeAll(async () => {
  server = await openPhantomServer(20, { workers: 0, onRequest: (facts) => requests.push(facts) });
});
afterAll(() => server.close());

test("it is alive and ready, and its figures are those of its records", async () => {
  const { client, phantom } = server;
  const text = async (path: string): Promise<string> => (await fetch(client.base + path)).text();
  expect([await text(operationRoutes.alive), await text(operationRoutes.ready)]).toEqual(["ok\n", "ok\n"]);
  await client.importFolder(phantom);
  await fetch(`${client.base}/api/cases/nothing`);
  const lines = (await text(operationRoutes.metrics)).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "# TYPE delineate_cases gauge",
      'delineate_cases{state="received"} 1',
      'delineate_requests_total{status="4xx"} 1',
      "delineate_database_up 1",
      "delineate_processes 1",
      'delineate_jobs{kind="segment",state="active"} 0',
    ]),
  );
  // Every line is one of the format.
  const sample = /^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [\d.e+-]+$/;
  expect(lines.filter((line) => line !== "" && !line.startsWith("# ") && !sample.test(line))).toEqual([]);
  expect(lines.join()).not.toContain("Phantom");
});

test("a request is told by its route, not by its address, which holds names of files", async () => {
  const { client } = server;
  const { uploadId } = await client.call("beginUpload", {}, {});
  await client.send(uploadId, "Doe^Jane/1.dcm", Buffer.from("x"));
  await expect.poll(() => requests.map(({ route }) => route)).toContain("/api/uploads/:uploadId/file");
  expect(JSON.stringify(requests)).not.toMatch(/Doe|[0-9a-f]{8}-/);
});
