/** DICOMweb of a running service: to our own client, to Debian's Orthanc that fetches by it, and to pages of other sites. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { dicomWebRoot } from "#contract/workspace/dicom-web.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { readStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { startOrthanc } from "../../../../test/pacs/orthanc.ts";
import { addAccounts, password } from "../../../../test/workspace/accounts.ts";
import { openPhantomServer, type PhantomServer } from "../../../../test/workspace/phantom-server.ts";

type Found = Readonly<Record<string, { readonly Value?: readonly unknown[]; readonly BulkDataURI?: string }>>;

const viewer = "https://viewer.example";
const basic = (login: string, secret = password) => ({
  authorization: `Basic ${Buffer.from(`${login}:${secret}`).toString("base64")}`,
});
const folder = mkdtempSync(join(tmpdir(), "dicom-web-"));
let reviewId: string;
let server: PhantomServer;
let root: string;
let signed: Uint8Array;
let slices: readonly Buffer[];
let ids: Readonly<Record<"study" | "series" | "patient", string>>;

beforeAll(async () => {
  server = await openPhantomServer(20, {
    contoured: "ct-and-set",
    prepare: addAccounts,
    viewers: [viewer],
  });
  const { client, caseId } = server;
  root = client.base + dicomWebRoot;
  await client.signIn("approver", password);
  const opening = { start: "assisted", reviewer: "x", fresh: false } as const;
  ({ id: reviewId } = await client.call("openReview", { caseId }, opening));
  await client.call("approve", { reviewId }, { reviewer: "x", comment: "", unseenReason: "A trial." });
  signed = await client.bytes(`/api/cases/${caseId}/versions/1/rtstruct`);
  const dicom = join(server.data, "cases", caseId, "dicom");
  slices = readdirSync(dicom).map((name) => readFileSync(join(dicom, name)));
  const { dataSet } = readDicom(slices[0], "a slice");
  const value = (tag: string) => text(dataSet, tag) ?? "";
  ids = {
    study: value(tags.StudyInstanceUID),
    series: value(tags.SeriesInstanceUID),
    patient: value(tags.PatientID),
  };
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (path: string, headers: Readonly<Record<string, string>> = basic("viewer")) =>
  fetch(path.startsWith("http") ? path : root + path, { headers });
async function searchFor(path: string): Promise<Found[]> {
  const answer = await ask(path);
  expect([path, answer.status]).toEqual([path, 200]);
  expect(answer.headers.get("content-type")).toContain("application/dicom+json");
  return (await answer.json()) as Found[];
}
const valuesOf = (items: readonly Found[], tag: string) => items.map((item) => item[tag]?.Value?.[0]);

test("a study is found with its CT, the set that came with it, the automatic contour and the signed one", async () => {
  const [study, ...others] = await searchFor("/studies?limit=101&offset=0&includefield=00081030%2C00080060");
  expect(others).toEqual([]);
  expect(study[tags.PatientID].Value).toEqual([ids.patient]);
  expect(study[tags.ModalitiesInStudy].Value).toEqual(["CT", "RTSTRUCT"]);
  expect(study[tags.NumberOfStudyRelatedSeries].Value).toEqual([4]);
  expect(study[tags.NumberOfStudyRelatedInstances].Value).toEqual([slices.length + 3]);
  expect(study[tags.RetrieveURL].Value).toEqual([`${root}/studies/${ids.study}`]);
  const series = await searchFor(`/studies/${ids.study}/series`);
  expect(valuesOf(series, tags.Modality)).toEqual(["CT", "RTSTRUCT", "RTSTRUCT", "RTSTRUCT"]);
  expect(valuesOf(series, tags.NumberOfSeriesRelatedInstances)).toEqual([slices.length, 1, 1, 1]);
  expect(new Set(valuesOf(series, tags.SeriesInstanceUID)).size).toBe(4);
  const sets = await searchFor(`/instances?Modality=RTSTRUCT&StudyInstanceUID=${ids.study}`);
  expect(valuesOf(sets, tags.StructureSetLabel)).toEqual(expect.arrayContaining(["AUTO GTV", "REVIEWED v1"]));
});

test("what matches is found, nothing else is, and a question that is none is refused", async () => {
  const count = async (query: string) => (await searchFor(`/series?${query}`)).length;
  expect(await count(`PatientID=${ids.patient}`)).toBe(4);
  expect(await count("PatientID=NOBODY")).toBe(0);
  expect(await count("PatientName=phantom*&Modality=RTSTRUCT")).toBe(3);
  expect(await count(`SeriesInstanceUID=${ids.series}`)).toBe(1);
  expect(await count("StudyDate=19000101-19001231")).toBe(0);
  expect((await ask("/studies?PatientIdentity=1")).status).toBe(400);
  const [first, rest] = [await ask("/series?limit=1"), await ask("/series?limit=10&offset=1")];
  expect([first.headers.get("warning"), rest.headers.get("warning")]).toEqual([
    expect.stringContaining("more results"),
    null,
  ]);
  expect([((await first.json()) as unknown[]).length, ((await rest.json()) as unknown[]).length]).toEqual([
    1, 3,
  ]);
});

test("an instance comes byte for byte, its metadata hold its contours, its frames the pixels", async () => {
  const [set] = (await searchFor(`/studies/${ids.study}/instances?StructureSetLabel=REVIEWED%20v1`)).map(
    (item) => item[tags.RetrieveURL].Value?.[0] as string,
  );
  expect(await onePart(await ask(set))).toEqual(Buffer.from(signed));
  const [metadata] = await searchFor(`${set}/metadata`);
  const contours = readStructureSet(readDicom(signed, "it").dataSet).rois.flatMap((roi) => roi.contours);
  const contourData = JSON.stringify(metadata).match(/"30060050":\{"vr":"DS","Value":\[[^\]]*\]/g) ?? [];
  expect(contourData).toHaveLength(contours.length);
  expect(contourData.length).toBeGreaterThan(2);

  const images = await searchFor(`/studies/${ids.study}/series/${ids.series}/metadata`);
  expect(images).toHaveLength(slices.length);
  const uid = text(readDicom(slices[0], "it").dataSet, tags.SOPInstanceUID);
  const image = images.find((item) => item[tags.SOPInstanceUID].Value?.[0] === uid) ?? {};
  const pixels = Buffer.from(readDicom(slices[0], "it").dataSet.get(tags.PixelData)?.bytes ?? []);
  const address = `${root}/studies/${ids.study}/series/${ids.series}/instances/${uid}`;
  expect(await onePart(await ask(`${address}/frames/1`))).toEqual(pixels);
  expect(await onePart(await ask(image[tags.PixelData].BulkDataURI ?? ""))).toEqual(pixels);
  for (const wrong of ["/frames/2", "/bulkdata/00091001", "9"])
    expect((await ask(address + wrong)).status).toBe(404);
  expect((await ask(`${address}/frames/x`)).status).toBe(400);
  expect((await ask("/studies/1.2.3/metadata")).status).toBe(404);
});

/** Its bytes, as Content-Length says. */
async function onePart(answer: Response): Promise<Buffer> {
  expect(answer.status).toBe(200);
  const body = Buffer.from(await answer.arrayBuffer());
  const start = body.indexOf("\r\n\r\n") + 4;
  const length = Number(/content-length: (\d+)/i.exec(body.subarray(0, start).toString("latin1"))?.[1]);
  expect(body.subarray(start + length).toString("latin1")).toMatch(/^\r\n--[\w-]+--\r\n$/);
  return body.subarray(start, start + length);
}

test("Orthanc fetches the study with a password, and has every file byte for byte", async () => {
  const login = { username: "orthanc", password: "a secret of the pacs" };
  const orthanc = await startOrthanc({ web: login, webServers: { delineate: [root, "viewer", password] } });
  try {
    const asked = { Resources: [{ Study: ids.study }], Synchronous: true };
    await orthanc.post("/dicom-web/servers/delineate/retrieve", asked);
    const received: string[] = [];
    for (const id of (await orthanc.get("/instances")) as string[])
      received.push(Buffer.from(await orthanc.file(`/instances/${id}/file`)).toString("base64"));
    expect(received).toHaveLength(slices.length + 3);
    for (const file of [...slices, Buffer.from(signed)]) expect(received).toContain(file.toString("base64"));
  } finally {
    await orthanc.close();
  }
});

test("a page of a site that the configuration names may read, with a password; no other site's page, and nothing else", async () => {
  const answer = await ask("/studies", { ...basic("viewer"), origin: viewer });
  expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, viewer]);
  expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  const preflight = await fetch(`${root}/studies`, { method: "OPTIONS", headers: { origin: viewer } });
  expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([
    204,
    "accept, authorization, content-type",
  ]);
  expect((await ask("/studies", { origin: viewer })).status).toBe(401);
  const foreign = { ...basic("viewer"), origin: "https://evil.example" };
  expect((await ask("/studies", foreign)).status).toBe(403);
  const cases = `${server.client.base}/api/cases`;
  expect((await ask(cases, { ...basic("viewer"), origin: viewer })).status).toBe(403);
  expect((await fetch(cases, { method: "OPTIONS", headers: { origin: viewer } })).status).toBe(403);
  // A password is for DICOMweb alone.
  expect((await ask(cases)).status).toBe(401);
});

test("a signed version that was sent back is not found and not given out any more", async () => {
  const labels = async () => {
    const sets = await searchFor(`/instances?Modality=RTSTRUCT&StudyInstanceUID=${ids.study}`);
    return valuesOf(sets, tags.StructureSetLabel);
  };
  const { dataSet } = readDicom(signed, "the signed set");
  const series = `/studies/${ids.study}/series/${text(dataSet, tags.SeriesInstanceUID)}`;
  expect(await labels()).toContain("REVIEWED v1");
  expect((await ask(`${series}/metadata`)).status).toBe(200);
  await server.client.call("sendBack", { reviewId }, { reviewer: "x", reason: "The node is missing." });
  expect(await labels()).toHaveLength(2);
  expect(await labels()).not.toContain("REVIEWED v1");
  for (const part of ["", "/metadata"]) expect((await ask(series + part)).status).toBe(404);
});

test("who guesses passwords has to wait, and whoever had the right one goes on until it is changed", async () => {
  expect((await ask("/studies")).status).toBe(200);
  const statuses = new Set<number>();
  for (let guess = 0; guess < 25; guess++)
    statuses.add((await ask("/studies", basic("admin", `guess ${guess}`))).status);
  expect([...statuses]).toEqual([401, 429]);
  // Not even the right one is looked at then.
  expect((await ask("/studies", basic("admin"))).status).toBe(429);
  expect((await ask("/studies")).status).toBe(200);

  const admin = server.client;
  await admin.signIn("admin", password);
  const users = await admin.call("listUsers", {}, undefined);
  const userId = users.find(({ login }) => login === "viewer")?.id ?? "";
  await admin.call("changeUser", { userId }, { disabled: true });
  expect([401, 429]).toContain((await ask("/studies")).status);

  const log = Buffer.from(await admin.bytes(byteRoutes.auditFile)).toString();
  const entries = log
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const has = (part: object) => expect(entries).toContainEqual(expect.objectContaining(part));
  has({ who: "viewer", action: "signIn", refused: "" });
  has({ who: "", action: "signIn", refused: "wrong-password" });
  has({ who: "viewer", action: "retrieveStudy", subject: { study: ids.study } });
  // Requests by a password that is remembered are no sign-ins.
  expect(entries.filter(({ who, action }) => who === "viewer" && action === "signIn")).toHaveLength(1);
  expect(log).not.toContain("guess");
});
