/** A signed patient given out de-identified from the page: who may, what is in the archive, and the key that stays. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { reidentifyFile } from "#patients/deidentify/reidentify-file.ts";
import { loadRoiMasks } from "#patients/masks/load-masks.ts";
import { dicomErrors } from "../judge.ts";
import { addAccounts, password } from "./accounts.ts";
import { createClient } from "./client.ts";
import { openPage } from "./launch.ts";
import { contouredWorkspace, onlyPatient, openReview } from "./patient.ts";
import { type OwnServer, serveInProcess } from "./serve-in-process.ts";

let folder: string;
let data: string;
let server: OwnServer;
let caseId: string;
let client: ReturnType<typeof createClient>;
let archive: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deidentified-"));
  data = join(folder, "data");
  await contouredWorkspace(data, 20, true);
  caseId = await onlyPatient(data);
  await addAccounts(data);
  server = await serveInProcess(data);
  client = createClient(server.url);
  await client.signIn("approver", password);
  const opening = { start: "assisted", reviewer: "", fresh: false } as const;
  const { id: reviewId } = await client.call("openReview", { caseId }, opening);
  await client.call("approve", { reviewId }, { reviewer: "", comment: "", unseenReason: "Seen elsewhere." });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const keys = (): string => join(data, "keys");
const ask = (version: number) => {
  const path = byteRoutes.deidentified.replace(":caseId", caseId).replace(":number", String(version));
  return fetch(server.url + path, { method: "POST", headers: client.headers() });
};

test("an editor may not, and a version that is not there makes neither archive nor key", async () => {
  await client.signIn("editor", password);
  expect((await ask(1)).status).toBe(403);
  await client.signIn("approver", password);
  expect((await ask(2)).status).toBe(404);
  expect(readdirSync(data)).not.toContain("keys");
});

test("asked twice at once it gives the same, and each time stands in the audit log", async () => {
  const archives = await Promise.all(
    [ask(1), ask(1)].map(async (asked) => Buffer.from(await (await asked).arrayBuffer())),
  );
  [archive] = archives;
  expect(archives[1].equals(archive)).toBe(true);
  // What was given out is not on its way to treatment.
  expect((await client.call("listCases", {}, undefined))[0].state).toBe("approved");
  await client.signIn("admin", password);
  const entries = (await client.call("audit", {}, undefined)).filter(
    ({ action }) => action === "deidentified",
  );
  const said = entries.map(({ who, subject, refused }) => [who, subject.number, refused]);
  expect(said.toReversed()).toEqual([
    ["editor", "1", "not-your-role"],
    ["approver", "2", ""],
    ["approver", "2", "not-found"],
    ["approver", "1", ""],
    ["approver", "1", ""],
  ]);
});

test("the button saves CT and structures without the patient, and the key leads back", async () => {
  const open = await openPage(server.url);
  const { page } = open;
  await page.getByTestId("login").fill("approver");
  await page.getByTestId("password").fill(password);
  await page.getByTestId("sign-in").click();
  await page.getByTestId(`case-${caseId}`).waitFor();
  await openReview(page, server.url, caseId);
  const button = page.getByTestId("download-deidentified-1");
  if (!(await button.isVisible())) await page.getByRole("button", { name: "Versions" }).click();
  const saving = page.waitForEvent("download");
  await button.click();
  const download = await saving;
  const path = join(folder, "export.zip");
  await download.saveAs(path);
  expect(readFileSync(path).equals(archive)).toBe(true);
  expect(open.faults).toEqual([]);
  await open.close();

  const files = Object.entries(unzipSync(new Uint8Array(readFileSync(path))));
  const out = join(folder, "out");
  for (const [name, content] of files) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), content);
  }
  const [pseudonym] = readdirSync(out);
  expect(download.suggestedFilename()).toBe(`${pseudonym}-v1.zip`);
  const places = readdirSync(join(out, pseudonym)).map((name) => join(out, pseudonym, name));
  const [ctFolder, setFolder] = ["ct-", "rtstruct-"].map(
    (kind) => places.find((place) => place.includes(kind)) ?? "",
  );
  const set = join(setFolder, readdirSync(setFolder)[0]);

  const stored = join(data, "cases", caseId);
  const [before, after] = [await readCtFolder(join(stored, "dicom")), await readCtFolder(ctFolder)];
  expect([after.grid, Buffer.from(after.hu.buffer).equals(Buffer.from(before.hu.buffer))]).toEqual([
    before.grid,
    true,
  ]);
  const signed = join(stored, "versions", "1.dcm");
  const [was, is] = [await loadRoiMasks(signed, { ct: before }), await loadRoiMasks(set, { ct: after })];
  expect(is.rois[0].mask.data).toEqual(was.rois[0].mask.data);
  expect(dicomErrors(set)).toEqual([]);

  const { dataSet } = readDicom(readFileSync(signed), signed);
  const secrets = (
    [
      "PatientName",
      "PatientID",
      "StudyInstanceUID",
      "FrameOfReferenceUID",
      "SOPInstanceUID",
      "StudyDate",
      "ReviewerName",
    ] as const
  )
    .map((keyword) => text(dataSet, tags[keyword]))
    .filter((value) => value !== undefined);
  expect(secrets.length).toBeGreaterThan(5);
  for (const [name, content] of files) {
    const bytes = `${name} ${Buffer.from(content).toString("latin1")}`;
    expect(secrets.filter((secret) => bytes.includes(secret))).toEqual([]);
  }

  const key = join(keys(), "deidentification.json");
  expect([statSync(keys()).mode & 0o077, statSync(key).mode & 0o077]).toEqual([0, 0]);
  const back = join(folder, "back.dcm");
  await reidentifyFile({ file: set, key, out: back, force: false });
  expect((await loadRoiMasks(back, { ct: before })).rois[0].mask.data).toEqual(was.rois[0].mask.data);
  await expect.poll(() => readdirSync(join(data, "uploads"))).toEqual([]);
});
