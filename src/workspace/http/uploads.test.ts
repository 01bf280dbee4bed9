/** What an upload takes, leaves out and leaves behind, over HTTP: broken archives, bombs, other modalities, abandoned ones. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { textElement } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

let server: PhantomServer;
let client: PhantomServer["client"];
let slices: [string, Uint8Array][];

beforeAll(async () => {
  server = await openPhantomServer(20);
  ({ client } = server);
  slices = readdirSync(join(server.phantom, "ct"))
    .sort()
    .slice(0, 8)
    .map((name) => [name, new Uint8Array(readFileSync(join(server.phantom, "ct", name)))]);
});
afterAll(() => server.close());

async function upload(files: Readonly<Record<string, Uint8Array>>) {
  const { uploadId } = await client.call("beginUpload", {}, {});
  for (const [path, content] of Object.entries(files)) await client.send(uploadId, path, content);
  return client.call("finishUpload", { uploadId }, {});
}

/** Nothing of an upload is left, neither where uploads are nor where cases are. */
async function expectNothingLeft(): Promise<void> {
  expect(readdirSync(join(server.data, "uploads"))).toEqual([]);
  const known = await client.call("listCases", {}, undefined);
  expect(readdirSync(join(server.data, "cases")).sort()).toEqual(known.map(({ id }) => id).sort());
}

test("of an archive that is cut off or has a flipped bit no patient is made", async () => {
  for (const level of [0, 6] as const) {
    const whole = zipSync(Object.fromEntries(slices), { level });
    const broken = Object.fromEntries(
      [0.3, 0.6, 0.99].map((part) => [`cut at ${part}`, whole.slice(0, whole.length * part)]),
    );
    const flipped = whole.slice();
    flipped[whole.length >> 1] ^= 1;
    for (const content of [...Object.values(broken), flipped]) {
      const { cases, problems } = await upload({ "patient.zip": content });
      expect([cases, problems]).toEqual([
        [],
        [expect.stringMatching(/^A zip archive is damaged or cut off/)],
      ]);
    }
  }
  await expectNothingLeft();
});

test("a bomb is refused before it is unpacked, and the server answers meanwhile", async () => {
  const bomb = zipSync({ "1.dcm": new Uint8Array(200 * 2 ** 20) }, { level: 1 });
  const refused = upload({ "bomb.zip": bomb });
  expect((await client.call("status", {}, undefined)).makingSample).toBe(false);
  expect((await refused).problems).toEqual([expect.stringMatching(/times its size/)]);
  const nested = zipSync({ "inner.zip": zipSync({ a: Uint8Array.of(1) }) });
  expect((await upload({ "outer.zip": nested })).problems).toEqual([
    expect.stringContaining("within a zip archive"),
  ]);
  await expectNothingLeft();
});

test("every kind of file that is left out is counted, and what may be missing of a CT stays with it", async () => {
  const other = (modality: string, sopClass: string): Uint8Array => {
    const { dataSet } = readDicom(slices[0][1], "a slice");
    const changed = new Map(dataSet);
    changed.set("00080060", textElement("CS", modality));
    changed.set("00080016", textElement("UI", sopClass));
    return writeDicomFile(changed, transferSyntaxes.explicitLittleEndian);
  };
  const pet = other("PT", "1.2.840.10008.5.1.4.1.1.128");
  const mr = other("MR", "1.2.840.10008.5.1.4.1.1.4");
  const cut = slices[3][1].slice(0, 400);
  const { cases, taken, problems } = await upload({
    ...Object.fromEntries(slices),
    "pet/1": pet,
    "pet/2": pet,
    "mr/1": mr,
    "cut.dcm": cut,
    "report.pdf": Buffer.from("%PDF"),
    "._1.dcm": Buffer.from("clutter"),
    "Thumbs.db": Buffer.from("clutter"),
    "rtstruct.dcm": readFileSync(join(server.phantom, "rtstruct.dcm")),
  });
  expect(cases).toHaveLength(1);
  expect(problems).toEqual([
    "1 damaged file was left out.",
    "Left out, since only planning CTs and their structure sets are taken: 2 PET, 1 MR.",
    "1 file that is no DICOM was left out.",
  ]);
  expect(taken).toEqual([expect.stringMatching(/^Structure set ".*" with \d+ ROIs? came with its CT\.$/)]);
  await client.waitFor(cases[0].id, ["to-review", "failed"]);
  const { findings } = await client.call("showCase", { caseId: cases[0].id }, undefined);
  expect(findings).toContain("Came with this CT, which may lack slices: 1 damaged file was left out.");
  await expectNothingLeft();
});

test("a set goes to the series that it names, on the worklist, not to one of the same frame that it came with", async () => {
  await upload(Object.fromEntries(slices));
  const another = slices.map(([name, bytes], at): [string, Uint8Array] => {
    const changed = new Map(readDicom(bytes, name).dataSet);
    changed.set("0020000E", textElement("UI", "1.2.3.4"));
    changed.set("00080018", textElement("UI", `1.2.3.4.${at}`));
    return [name, writeDicomFile(changed, transferSyntaxes.explicitLittleEndian)];
  });
  const set = readFileSync(join(server.phantom, "rtstruct.dcm"));
  const { cases, taken } = await upload({ ...Object.fromEntries(another), "rtstruct.dcm": set });
  expect(cases).toHaveLength(1);
  expect(taken).toEqual([expect.stringMatching(/its CT,? (which is )?on the worklist already/)]);
});

test("the same series with other slices is said to differ, and two slices of one identity are no series", async () => {
  const fewer = await upload(Object.fromEntries(slices.slice(0, 5)));
  expect(fewer.problems).toEqual([expect.stringMatching(/of 5 slices is on the worklist already with 8/)]);
  await client.call(
    "removeCase",
    { caseId: (await client.call("listCases", {}, undefined))[0].id },
    undefined,
  );
  const changed = slices[2][1].slice();
  changed[changed.length - 1] ^= 1;
  const twice = await upload({ ...Object.fromEntries(slices), "other.dcm": changed });
  expect([twice.cases, twice.problems]).toEqual([[], [expect.stringContaining("one SOP Instance UID")]]);
  await expectNothingLeft();
});

test("an upload that is given up is removed, one that was cut off at the next start", async () => {
  const { uploadId } = await client.call("beginUpload", {}, {});
  await client.send(uploadId, "1.dcm", slices[0][1]);
  await client.call("abandonUpload", { uploadId }, undefined);
  await expectNothingLeft();
  expect(await client.refusal("finishUpload", { uploadId }, {})).toMatchObject({ status: 404 });
  const data = mkdtempSync(join(tmpdir(), "private-"));
  chmodSync(data, 0o755);
  const first = await openWorkspace(data);
  writeFileSync(join(first.uploads, "left"), "of a killed server");
  chmodSync(first.cases, 0o777);
  await first.close();
  const second = await openWorkspace(data);
  for (const folder of [data, second.cases, second.uploads])
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(second.uploads)).toEqual([]);
  await second.close();
  rmSync(data, { recursive: true });
});

test("nothing of all this was a fault of the program", () => {
  expect(server.faults).toEqual([]);
});
