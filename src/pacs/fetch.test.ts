/** Finding and fetching over DICOM, from Debian's Orthanc and from DCMTK's own server: what they send becomes a patient here. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import {
  type ClinicServer,
  clinicYaml,
  openClinicServer,
  stateCount,
  storescu,
} from "../../test/pacs/clinic-server.ts";
import { startDcmqrscp } from "../../test/pacs/dcmqrscp.ts";
import { freePort, startOrthanc } from "../../test/pacs/orthanc.ts";
import { phantomFolder } from "../../test/shared-inputs.ts";
import { findSeries } from "./dimse/find.ts";
import { move } from "./dimse/move.ts";

const callingAe = "DELINEATE";
const folder = mkdtempSync(join(tmpdir(), "fetch-"));
const closing: (() => Promise<void>)[] = [];
let phantom: string;
let listenerPort: number;
let slices: readonly string[];
let ids: { readonly patient: string; readonly study: string; readonly series: string; readonly date: string };

beforeAll(async () => {
  phantom = await phantomFolder(20, 128);
  listenerPort = await freePort();
  slices = readdirSync(join(phantom, "ct")).map((name) => join(phantom, "ct", name));
  await stateCount(slices);
  const { dataSet } = readDicom(readFileSync(slices[0]), "a slice");
  const value = (tag: string) => text(dataSet, tag) ?? "";
  ids = {
    patient: value(tags.PatientID),
    study: value(tags.StudyInstanceUID),
    series: value(tags.SeriesInstanceUID),
    date: value(tags.StudyDate),
  };
});
afterAll(async () => {
  for (const close of closing) await close();
  for (const path of [folder, join(phantom, "..")]) rmSync(path, { recursive: true, force: true });
});

const listening = (callers: string[], peers = ""): string =>
  clinicYaml(peers, { port: listenerPort, quietSeconds: 3600, callers });
const modalities = () => ({ DELINEATE: listenerPort });
const following = () => {
  const seen: number[] = [];
  return {
    seen,
    following: {
      signal: new AbortController().signal,
      onProgress: ({ completed }: { readonly completed: number }) => seen.push(completed),
    },
  };
};

async function orthancWithPhantom() {
  const orthanc = await startOrthanc({ modalities: modalities() });
  await storescu(orthanc.dicomPort, [phantom], ["--call", orthanc.aeTitle]);
  return orthanc;
}
const dcmqrscpWithPhantom = () => startDcmqrscp([...slices, join(phantom, "rtstruct.dcm")], modalities());

describe.each([
  ["Orthanc", orthancWithPhantom],
  ["dcmqrscp", dcmqrscpWithPhantom],
])("%s", (name, start) => {
  let peer: { readonly aeTitle: string; readonly host: string; readonly port: number };
  let server: ClinicServer;
  beforeAll(async () => {
    const { aeTitle, dicomPort, close } = await start();
    closing.push(close);
    peer = { aeTitle, host: "127.0.0.1", port: dicomPort };
    const yaml = listening([aeTitle]);
    server = await openClinicServer(join(folder, name), yaml);
  });
  afterAll(() => server.close());

  test("series are found by patient, study and date, and none for somebody else", async () => {
    const ct = { seriesInstanceUid: ids.series, modality: "CT", patientId: ids.patient, studyDate: ids.date };
    for (const query of [
      { PatientID: ids.patient },
      { StudyInstanceUID: ids.study },
      { StudyDate: ids.date },
      { StudyDate: `${ids.date}-${ids.date}`, PatientID: ids.patient },
    ]) {
      const series = await findSeries(peer, callingAe, query);
      expect(series.map(({ modality }) => modality).sort()).toEqual(["CT", "RTSTRUCT"]);
      expect(series).toContainEqual(expect.objectContaining(ct));
    }
    for (const query of [{ PatientID: "NOBODY" }, { StudyDate: "19000101" }, { AccessionNumber: "NONE" }])
      expect(await findSeries(peer, callingAe, query)).toEqual([]);
  });

  test("a series that it is asked to send is a patient here, with as many images as it says it sent", async () => {
    const { seen, following: how } = following();
    const what = { callingAe, destination: callingAe, study: ids.study, series: ids.series };
    const { completed, failed } = await move(peer, what, how);
    expect([completed, failed]).toEqual([slices.length, 0]);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    // One says it after each image, one before.
    expect(seen.at(-1)).toBeGreaterThanOrEqual(slices.length - 1);
    const cases = () => server.client.call("listCases", {}, undefined);
    await expect.poll(cases).toHaveLength(1);
    expect((await cases())[0].sliceCount).toBe(slices.length);
  });

  test("a destination that it does not know, and a study that it does not have, are said", async () => {
    const what = { callingAe, destination: "NOWHERE", study: ids.study };
    await expect(move(peer, what, following().following)).rejects.toMatchObject({
      code: "peer-failed",
      message: /NOWHERE/,
    });
    const none = { callingAe, destination: callingAe, study: "1.2.3.4" };
    const code = name === "Orthanc" ? "peer-failed" : "not-found";
    await expect(move(peer, none, following().following)).rejects.toMatchObject({ code });
  });

  test("where the listener refuses what is sent, fetching fails and says how many images are missing", async () => {
    await server.close();
    const yaml = listening(["SOMEBODY_ELSE"]);
    server = await openClinicServer(join(folder, `${name}-refusing`), yaml);
    const what = { callingAe, destination: callingAe, study: ids.study, series: ids.series };
    await expect(move(peer, what, following().following)).rejects.toMatchObject({
      code: "peer-failed",
      message: new RegExp(`${slices.length} of ${slices.length} instances were not sent to DELINEATE`),
    });
    expect(await server.client.call("listCases", {}, undefined)).toEqual([]);
  });
});

test("the command line lists and fetches by a peer's name, and refuses what could not arrive", async () => {
  const orthanc = await orthancWithPhantom();
  closing.push(orthanc.close);
  const peers = `peers: { pacs: { aeTitle: PLANNING, host: 127.0.0.1, port: ${orthanc.dicomPort} } }\n`;
  const yaml = listening(["PLANNING"], peers);
  const server = await openClinicServer(join(folder, "command-line"), yaml);
  closing.push(server.close);
  const config = join(folder, "clinic.yaml");
  writeFileSync(config, yaml);
  const run = (...args: string[]) => delineate(["fetch", "pacs", "--config", config, "--json", ...args]);
  const listed = await run("--patient", ids.patient);
  expect(JSON.parse(listed.stdout)).toContainEqual(
    expect.objectContaining({ seriesInstanceUid: ids.series, instances: slices.length }),
  );
  const sent = await run("--study", ids.study, "--to-worklist");
  expect(JSON.parse(sent.stdout)).toEqual({ sent: slices.length + 1, warned: 0 });
  await expect.poll(() => server.client.call("listCases", {}, undefined)).toHaveLength(1);

  writeFileSync(config, listening(["SCANNER"], peers));
  const refused = await run("--study", ids.study, "--to-worklist");
  expect(refused).toMatchObject({ status: 2, stderr: /would refuse what PLANNING sends/ });
  expect(await run("--study", ids.study, "--out", join(folder, "out"))).toMatchObject({ status: 2 });
  expect(await delineate(["fetch", "pacz", "--config", config, "--patient", "1"])).toMatchObject({
    status: 2,
    stderr: /perhaps pacs is meant/,
  });
});

async function delineate(args: readonly string[]) {
  const child = spawn(process.execPath, ["bin/delineate.mjs", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  const [status] = await once(child, "close");
  return { status: status as number | null, ...output };
}
