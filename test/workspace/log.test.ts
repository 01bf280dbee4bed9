/** What machines that gather logs read of a running service: `delineate serve --log json`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { phantomFolder } from "../shared-inputs.ts";
import { createClient } from "./client.ts";
import { startServer } from "./launch.ts";

test("each attempt at a job is a line of JSON with what became of it, and no line tells who the patient is", async () => {
  const data = mkdtempSync(join(tmpdir(), "log-"));
  const server = await startServer(data, ["--no-sample", "--log", "json"]);
  try {
    const client = createClient(server.url);
    const { cases } = await client.importFolder(join(await phantomFolder(25, 128), "ct"));
    const [{ id: caseId, patientName, patientId }] = cases;
    await client.waitFor(caseId, ["to-review"]);
    const jobs = () =>
      server
        .output()
        .split("\n")
        .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []))
        .filter(({ event }) => event === "job");
    await expect.poll(() => jobs().map(({ kind }) => kind)).toHaveLength(3);
    for (const kind of ["prepare", "masks", "segment"])
      expect(jobs()).toContainEqual({
        ...{ event: "job", kind, caseId, attempt: 1, outcome: "done" },
        ...{ time: expect.any(String), ms: expect.any(Number) },
      });
    for (const identifier of [patientName, patientId]) {
      expect(identifier).toMatch(/./);
      expect(server.output()).not.toContain(identifier);
    }
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
});
