/** Against Debian's Orthanc: what is stored, found and fetched over DICOMweb, and what a rule sends there. */
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { clinicYaml, openClinicServer, storescu } from "../../../test/pacs/clinic-server.ts";
import { type Orthanc, startOrthanc } from "../../../test/pacs/orthanc.ts";
import { phantomFolder } from "../../../test/shared-inputs.ts";
import { findSeries, retrieve, storeInstance, type WebPeer } from "./client.ts";
import { oneInstance, partsOf } from "./multipart.ts";

const account = { username: "delineate", password: "a secret of the pacs" };
let folder: string;
let phantom: string;
let orthanc: Orthanc;
let peer: WebPeer;
let slices: readonly Buffer[];
let study: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dicomweb-"));
  phantom = await phantomFolder(20, 128);
  orthanc = await startOrthanc({ web: account });
  peer = { url: orthanc.webUrl, username: account.username, secret: account.password };
  const ct = join(phantom, "ct");
  slices = readdirSync(ct).map((name) => readFileSync(join(ct, name)));
  study = text(readDicom(slices[0], "a slice").dataSet, tags.StudyInstanceUID) ?? "";
});
afterAll(async () => {
  await orthanc.close();
  for (const path of [folder, join(phantom, "..")]) rmSync(path, { recursive: true, force: true });
});

const uidOf = (bytes: Uint8Array): string => text(readDicom(bytes, "it").dataSet, tags.SOPInstanceUID) ?? "";

test("what is stored is found and comes back byte for byte, again after it was sent twice", async () => {
  for (const bytes of [...slices.slice(0, 5), slices[0]]) await storeInstance(peer, bytes, uidOf(bytes));
  const [series, ...others] = await findSeries(peer, { StudyInstanceUID: study });
  expect(others).toEqual([]);
  expect(series).toMatchObject({ studyInstanceUid: study, modality: "CT", instances: 5 });
  const fetched: string[] = [];
  const place = { study, series: series.seriesInstanceUid };
  for await (const bytes of retrieve(peer, place)) fetched.push(Buffer.from(bytes).toString("base64"));
  expect(fetched.sort()).toEqual(
    slices
      .slice(0, 5)
      .map((bytes) => bytes.toString("base64"))
      .sort(),
  );
  expect(await findSeries(peer, { PatientID: "NOBODY-OF-THIS-NAME" })).toEqual([]);
});

test("a wrong password, an instance that is none, and a peer that is not there are said", async () => {
  const stranger = { ...peer, secret: "another" };
  await expect(findSeries(stranger, { StudyInstanceUID: study })).rejects.toMatchObject({
    code: "peer-failed",
    message: /password/,
  });
  await expect(storeInstance(peer, new Uint8Array(200), "1.2.3")).rejects.toMatchObject({
    code: "peer-failed",
  });
  const nowhere = { url: "http://127.0.0.1:1/dicom-web" };
  await expect(storeInstance(nowhere, slices[0], "1.2.3")).rejects.toMatchObject({
    code: "peer-failed",
    message: /cannot be reached/,
  });
});

test("an answer that is said to be a part of what was asked for is no study", async () => {
  const { type, body } = oneInstance(slices[0], "edge");
  const partial = createServer((_, response) => {
    response.writeHead(206, { "content-type": type }).end(body);
  }).listen(0, "127.0.0.1");
  await once(partial, "listening");
  const url = `http://127.0.0.1:${(partial.address() as AddressInfo).port}`;
  await expect(retrieve({ url }, { study }).next()).rejects.toMatchObject({
    code: "peer-failed",
    message: /only a part/,
  });
  partial.close();
});

test.each([
  ["a number", 45056, 0xb000],
  ["the same as text", "45056", 0xb000],
  ["as the standard prints it", "B007", 0xb007],
  ["in words", "elements discarded", Number.NaN],
])("a warning reason given as %s is told", async (_, reason, status) => {
  const sopInstanceUid = uidOf(slices[0]);
  const stored = {
    "00081155": { vr: "UI", Value: [sopInstanceUid] },
    "00081196": { vr: "US", Value: [reason] },
  };
  const server = createServer((request, response) => {
    request
      .resume()
      .on("end", () =>
        response.writeHead(202).end(JSON.stringify({ "00081199": { vr: "SQ", Value: [stored] } })),
      );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await storeInstance({ url }, slices[0], sopInstanceUid)).toBe(status);
  server.close();
});

test("a rule sends the contour to a PACS over DICOMweb, in the CT's study", async () => {
  process.env.TEST_PACS_SECRET = account.password;
  const peers = `webPeers: { pacs: { url: "${orthanc.webUrl}/", username: ${account.username}, secretIn: TEST_PACS_SECRET } }
rules: [{ name: all, when: { Modality: CT }, sendTo: [pacs] }]
`;
  const server = await openClinicServer(join(folder, "data"), clinicYaml(peers));
  try {
    expect(await storescu(server.port, [join(phantom, "ct")])).toMatchObject({ status: 0 });
    const state = async () => (await server.client.call("listDeliveries", {}, undefined))[0]?.state;
    await expect.poll(state).toBe("delivered");
    const sets = (await findSeries(peer, { StudyInstanceUID: study })).filter(
      ({ modality }) => modality === "RTSTRUCT",
    );
    expect(sets).toHaveLength(1);
    expect(server.faults).toEqual([]);
  } finally {
    await server.close();
  }
});

test("an answer of several parts is the same wherever it is cut into chunks, and one that breaks off is refused", async () => {
  const parts = [Buffer.from("first"), Buffer.from("\r\n--other\r\n--"), Buffer.from("")];
  const text = `${parts.map((part) => `--edge\r\nContent-Type: application/dicom\r\n\r\n${part.toString()}\r\n`).join("")}--edge--\r\n`;
  const whole = Buffer.from(text);
  const type = 'multipart/related; type="application/dicom"; boundary=edge';
  async function read(chunks: readonly Uint8Array[]): Promise<string[]> {
    const received: string[] = [];
    async function* stream() {
      yield* chunks;
    }
    for await (const part of partsOf(type, stream())) received.push(Buffer.from(part).toString());
    return received;
  }
  for (let cut = 0; cut <= whole.length; cut++)
    expect(await read([whole.subarray(0, cut), whole.subarray(cut)])).toEqual(parts.map(String));
  const end = whole.length - "--\r\n".length;
  for (let cut = 0; cut <= end; cut++)
    await expect(read([whole.subarray(0, cut)])).rejects.toMatchObject({ code: "peer-failed" });
  const { body, type: sent } = oneInstance(Buffer.from("abc"), "edge");
  expect(sent).toContain("boundary=edge");
  expect(await read([body])).toEqual(["abc"]);
});
