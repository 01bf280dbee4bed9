/**
 * Reading changes nothing: every GET of the route tables against the state before. The case was signed twice and nothing was drawn
 * in it, since the worklist's volume follows a stroke a while later.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { dicomWebRoutes } from "#contract/workspace/dicom-web.ts";
import { routes } from "#contract/workspace/routes.ts";
import { tags } from "#dicom/dictionary.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

let server: PhantomServer;
let client: PhantomServer["client"];
let caseId: string;

beforeAll(async () => {
  server = await openPhantomServer(20, { contoured: "ct-and-set" });
  ({ client, caseId } = server);
  const opening = { start: "assisted", reviewer: "Ann", fresh: false } as const;
  const { id: reviewId } = await client.call("openReview", { caseId }, opening);
  const approval = { reviewer: "Ann", comment: "", unseenReason: "Seen on another screen." };
  await client.call("approve", { reviewId }, approval);
  await client.call("reopen", { reviewId }, { reviewer: "Ann" });
  await client.call("approve", { reviewId }, approval);
  await client.call("reopen", { reviewId }, { reviewer: "Ann" });
});
afterAll(() => server.close());

/** Files on their way in, what is asked with POST, a stream without end, and what is there only with another service. */
const notAsked: readonly string[] = [
  byteRoutes.uploadFile,
  byteRoutes.deidentified,
  byteRoutes.events,
  byteRoutes.singleSignOn,
  byteRoutes.singleSignOnAnswer,
];

test("no GET of any route changes anything", async () => {
  const { reviewId, sources, automatic } = await client.call("showCase", { caseId }, undefined);
  const values: Readonly<Record<string, string>> = {
    caseId,
    reviewId: reviewId ?? "",
    uploadId: crypto.randomUUID(),
    sourceId: automatic?.id ?? "",
    number: "2",
    from: "0",
    modelId: "shipped",
    ...(await firstInstance()),
    frames: "1",
    tag: "7FE00010",
  };
  const gets = [
    ...Object.values(routes).flatMap(({ method, path }) => (method === "GET" ? [path] : [])),
    ...Object.values(byteRoutes).filter((path) => !notAsked.includes(path)),
  ].map((path) => path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name])));
  const state = async () => ({
    cases: await client.call("listCases", {}, undefined),
    detail: await client.call("showCase", { caseId }, undefined),
    review: await client.call("showReview", { reviewId: values.reviewId }, undefined),
    study: await client.call("study", {}, undefined),
    files: filesBelow(join(server.data, "cases")),
    uploads: filesBelow(join(server.data, "uploads")),
  });
  const before = await state();
  expect(sources.length).toBeGreaterThan(3);
  // The version that nobody asked to export is not exported by being fetched.
  expect(before.detail.versions.map(({ number }) => number)).toContain(2);
  for (const path of gets) {
    const answer = await fetch(client.base + (path.endsWith("/ct") ? `${path}?slices=1` : path));
    expect([path, answer.status]).toEqual([path, 200]);
    await answer.arrayBuffer();
    expect(await state()).toEqual(before);
  }
  expect(gets.length).toBeGreaterThan(8);
});

/** Of the CT, over DICOMweb. */
async function firstInstance(): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`${client.base}${dicomWebRoutes.searchInstances}?Modality=CT&limit=1`);
  const [instance] = (await answer.json()) as Record<string, { Value: string[] }>[];
  const value = (tag: string) => instance[tag].Value[0];
  return {
    study: value(tags.StudyInstanceUID),
    series: value(tags.SeriesInstanceUID),
    instance: value(tags.SOPInstanceUID),
  };
}

/** Path, size and time of change of every file. */
function filesBelow(folder: string): unknown[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return [name, size, mtimeMs];
    });
}
