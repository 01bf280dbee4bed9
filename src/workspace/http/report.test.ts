/** Over HTTP: the template of structures that the server was started with, what a signed file has of it, and the report. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import type { LogEntry, Review } from "#contract/workspace/review.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { readStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { openServer } from "#workspace/http/open-server.ts";
import { block, edit, stamp } from "../../../test/workspace/client.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

let folder: string;
let server: PhantomServer;
let client: PhantomServer["client"];
let caseId: string;
let review: Review;
const heart = crypto.randomUUID();
const template = {
  name: "Clinic",
  structures: [
    { name: "GTVp", type: "GTV", colour: "#0a141e" },
    { name: "Heart", type: "ORGAN", colour: "#28323c", description: "Heart" },
  ],
};
const approval = { reviewer: "Ann", comment: "", unseenReason: "A trial." };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "delineate-report-"));
  const structures = join(folder, "clinic.json");
  writeFileSync(structures, JSON.stringify(template));
  server = await openPhantomServer(20, { contoured: "ct", structures });
  ({ client, caseId } = server);
  review = await client.call("openReview", { caseId }, { start: "manual", reviewer: "Ann", fresh: false });
  const [gtv] = review.structures;
  await send(
    {
      ...stamp(),
      type: "structure",
      structureId: heart,
      name: "Heart",
      structureType: "ORGAN",
      colour: [40, 50, 60],
      removed: false,
    },
    edit(gtv.id, block({ k: 3, i0: 40, j0: 40, width: 10, height: 10 })),
    edit(gtv.id, block({ k: 4, i0: 40, j0: 40, width: 6, height: 6 }), "nudge"),
    edit(heart, block({ k: 4, i0: 70, j0: 40, width: 9, height: 9 }), "grow"),
  );
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function send(...entries: LogEntry[]) {
  return client.call("appendLog", { reviewId: review.id }, { entries });
}

function report(number: number): Promise<Response> {
  const path = byteRoutes.report.replace(":caseId", caseId).replace(":number", String(number));
  return fetch(client.base + path);
}

test("the page is offered the names of the file, and a review begins with its colour", async () => {
  const offered = await client.call("structureTemplate", {}, undefined);
  expect(offered).toEqual({
    name: "Clinic",
    structures: [
      { name: "GTVp", type: "GTV", colour: [10, 20, 30], description: "" },
      { name: "Heart", type: "ORGAN", colour: [40, 50, 60], description: "Heart" },
    ],
  });
  expect(review.structures).toMatchObject([{ name: "GTVp", colour: [10, 20, 30] }]);
});

test("there is no report before there is a signed version", async () => {
  expect((await report(1)).status).toBe(404);
});

test("the signed file has the template's colours and types", async () => {
  await client.call("approve", { reviewId: review.id }, approval);
  const bytes = await client.bytes(byteRoutes.rtstruct.replace(":caseId", caseId).replace(":number", "1"));
  const { rois } = readStructureSet(readDicom(bytes, "signed").dataSet);
  expect(rois).toMatchObject([
    { name: "GTVp", interpretedType: "GTV", colour: [10, 20, 30] },
    { name: "Heart", interpretedType: "ORGAN", colour: [40, 50, 60] },
  ]);
});

test("the report is named as the version's other files and holds nothing that says who the patient is", async () => {
  const response = await report(1);
  expect(response.status).toBe(200);
  const { summary } = await client.call("showCase", { caseId }, undefined);
  const name = `${summary.patientLabel}-${caseId.slice(0, 4)}-v1.report.html`;
  expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${name}"`);
  const page = await response.text();
  expect(page).toContain(`Contours of ${summary.patientLabel}, version 1`);
  const secrets = [summary.patientName, summary.patientId, summary.studyDate].filter(Boolean);
  expect(secrets.length).toBeGreaterThan(1);
  for (const secret of secrets) expect(page).not.toContain(secret);
  expect(page).toContain("nudge of the border");
  expect(page.match(/<img src="data:image\/png;base64,/g)).toHaveLength(4);
});

test("it is the same, byte for byte, after the review was reopened, changed and signed again", async () => {
  const before = await (await report(1)).text();
  await client.call("reopen", { reviewId: review.id }, { reviewer: "Bob" });
  await send(edit(review.structures[0].id, block({ k: 5, i0: 40, j0: 40, width: 8, height: 8 })));
  await client.call("approve", { reviewId: review.id }, { ...approval, reviewer: "Bob" });
  expect(await (await report(1)).text()).toBe(before);
  const second = await (await report(2)).text();
  expect(second).toContain("Bob");
  expect(second).not.toBe(before);
});

test("a file that is no template keeps the server from starting, with a sentence that names the entry", async () => {
  const structures = join(folder, "wrong.json");
  writeFileSync(
    structures,
    JSON.stringify({ ...template, structures: [{ ...template.structures[0], type: "gtv" }] }),
  );
  const options = {
    data: join(folder, "data"),
    host: "127.0.0.1",
    port: 0,
    sample: false,
    onFault: () => undefined,
  };
  await expect(openServer({ ...options, structures })).rejects.toThrow(
    /wrong\.json: structure 1 \("GTVp"\), type: /,
  );
});
