/** The server from upload to contour over HTTP: a phantom's CT, the shipped model, a real database, nothing mocked. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CaseDetail } from "#contract/workspace/case.ts";
import { voxelPoint } from "#core/coordinates.ts";
import { silentProgress } from "#core/progress.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { textElement } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { unpackRegion } from "#editing/region-cut/region-codec.ts";
import { insideFrom } from "#geometry/confidence.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { restoreSlice } from "#geometry/slice-codec.ts";
import { clickModel, loadModel, readMetadata, shippedModel } from "#model/run/load-model.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import { loadRoiMasks } from "#patients/masks/load-masks.ts";
import { bandMm } from "#segment/border/sharpen-border.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { findRegion, seeUpright } from "#segment/prompts/find-region.ts";
import { phantomFolder } from "../../../test/shared-inputs.ts";
import { zipOf } from "../../../test/workspace/ct-zip.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";
import { openServer } from "./open-server.ts";

let server: PhantomServer;
let client: PhantomServer["client"];
let ct: CtVolume;
let phantom: string;
let caseId: string;
let detail: CaseDetail;

beforeAll(async () => {
  server = await openPhantomServer(20);
  ({ client, ct, phantom } = server);
});
afterAll(() => server.close());

describe("a patient's way in", () => {
  test("a zip becomes one case, contoured without being asked, with the structure set's ROI beside it", async () => {
    const { uploadId } = await client.call("beginUpload", {}, {});
    expect(
      (await client.send(uploadId, "../../../patient.zip", readFileSync(await zipOf(phantom)))).status,
    ).toBe(200);
    const { cases, taken, problems } = await client.call("finishUpload", { uploadId }, {});
    expect([problems, taken]).toEqual([[], [expect.stringMatching(/with 1 ROI came with its CT/)]]);
    expect(cases).toMatchObject([{ state: "received", patientName: "Phantom, Seed20 1", sample: false }]);
    caseId = cases[0].id;
    await client.waitFor(caseId, ["to-review"]);
    detail = await client.call("showCase", { caseId }, undefined);
    expect(detail.grid.size).toEqual(ct.grid.size);
    expect(detail.summary.gtvCc).toBeGreaterThan(1);
    // The shipped model may or may not be calibrated: what it knows is shown, and nothing is made up.
    const worth = detail.automatic?.expected;
    expect(worth?.perSlice?.length ?? ct.grid.size[2]).toBe(ct.grid.size[2]);
    expect(detail.summary.expected?.dsc ?? null).toBe(worth?.dsc ?? null);
    expect(worth?.dsc === null).toBe(worth?.perSlice === null);
    const shipped = readMetadata(readFileSync(shippedModel), "shipped");
    expect(detail.sources.map(({ kind, label }) => [kind, label])).toEqual([
      ["automatic", `Automatic, ${shipped.name} ${shipped.version}`],
      ["imported", "GTV, imported"],
    ]);
    expect(readdirSync(server.folder).sort()).toEqual(["data", "page"]);
    expect(readdirSync(join(server.data, "uploads"))).toEqual([]);
  });

  test("the CT's slices arrive voxel for voxel, also before they are asked for in order", async () => {
    const bytes = Buffer.from(await client.bytes(`/api/cases/${caseId}/ct?slices=9,2`));
    const [width, height] = ct.grid.size;
    for (let at = 0, wanted = [9, 2]; at < bytes.length; wanted = wanted.slice(1)) {
      const [k, length] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
      expect(k).toBe(wanted[0]);
      const hu = restoreSlice(inflateRawSync(bytes.subarray(at + 8, at + 8 + length)), width);
      expect(hu).toEqual(ct.hu.subarray(k * width * height, (k + 1) * width * height));
      at += 8 + length;
    }
  });

  test("confidence, mask and the profile of the slices agree with each other", async () => {
    const { automatic } = detail;
    if (automatic === null) throw new Error("no automatic contour");
    const path = `/api/cases/${caseId}/automatic/${encodeURIComponent(automatic.id)}/confidence`;
    const confidence = inflateRawSync(await client.bytes(path));
    const mask = await client.mask(caseId, automatic.id);
    const model = await loadModel(shippedModel);
    const inThisProcess = await contourCt(ct, model, { cleanUp: "tumour", progress: silentProgress });
    // It asks about each contour, small or large.
    expect(automatic.helpers).not.toEqual([]);
    expect(automatic.helpers).toEqual(model.helpers());
    await model.dispose();
    expect(automatic.threshold).toBe(model.input.threshold);
    expect(Buffer.compare(mask, inThisProcess.mask.data)).toBe(0);
    const area = ct.grid.size[0] * ct.grid.size[1];
    // The border goes to the image's edge, within a band along the model's.
    const predicted = Uint8Array.from(confidence, (value) => (value >= insideFrom ? 1 : 0));
    const awayMm = distanceToMask({ grid: ct.grid, data: predicted });
    expect(mask.every((inside, at) => inside === 0 || awayMm[at] <= bandMm)).toBe(true);
    const counts = automatic.gtvVoxels.map((_, k) =>
      mask.subarray(k * area, (k + 1) * area).reduce((sum, value) => sum + value, 0),
    );
    expect(counts).toEqual(automatic.gtvVoxels);
  });

  test("a region from a click is that of the network in this process, also of two that are asked for at once", async () => {
    const mask = { grid: ct.grid, data: await client.mask(caseId, "imported:0") };
    const [ni, nj] = ct.grid.size;
    const inside = [...mask.data.keys()].filter((at) => mask.data[at] === 1);
    const at = inside[inside.length >> 1];
    const click = voxelPoint(at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj)));
    const model = await loadModel(clickModel);
    const expected = await findRegion(seeUpright(ct), model, { click });
    await model.dispose();
    expect(expected.inside.includes(1)).toBe(true);
    const [region, nothing] = await Promise.all([
      client.call("findRegion", { caseId }, { click }),
      client.call("findRegion", { caseId }, { click: [-5, 0, 0] }),
    ]);
    expect(unpackRegion(region)).toEqual(expected);
    expect(unpackRegion(nothing).inside.length).toBe(0);
    const nowhere = { caseId: crypto.randomUUID() };
    expect(await client.refusal("findRegion", nowhere, { click })).toMatchObject({ status: 404 });
  });

  test("the same series again is said to be there already", async () => {
    const { cases, taken, problems } = await client.importFolder(phantom);
    expect([cases, taken]).toEqual([[], [expect.stringMatching(/is with its CT on the worklist already/)]]);
    expect(problems).toContain("A CT series is on the worklist already and was not taken a second time.");
  });

  test("a structure set that comes after its CT joins it, once", async () => {
    const later = mkdtempSync(join(tmpdir(), "later-"));
    const { rois } = await loadRoiMasks(join(phantom, "rtstruct.dcm"), { ct });
    const second = exportMasks({
      format: "rtstruct",
      ct,
      rois: [
        {
          name: "GTV",
          mask: rois[0].mask,
          interpretedType: "GTV",
          algorithm: "MANUAL",
          algorithmDescription: "a second reader",
          colour: [0, 255, 0],
        },
      ],
      label: "SECOND",
      holes: "keyhole",
      softwareVersion: "1",
      writtenAt: new Date(),
      uidName: "second reader",
    });
    writeFileSync(join(later, "second.dcm"), second.bytes);
    const { cases, taken, problems } = await client.importFolder(later);
    expect([cases, problems]).toEqual([[], []]);
    expect(taken).toEqual([
      'Structure set "SECOND" with 1 ROI was added to its CT, which is on the worklist already.',
    ]);
    for await (const { id } of client.cases()) {
      const { sources } = await client.call("showCase", { caseId: id }, undefined);
      if (sources.length === 3) break;
    }
    const { sources } = await client.call("showCase", { caseId }, undefined);
    expect(sources.slice(1).map(({ id, label }) => [id, label])).toEqual([
      ["imported:0", "GTV, imported"],
      ["imported:1", "GTV, imported (2)"],
    ]);
    expect(await server.sameMask(caseId, "imported:0", "imported:1")).toBe(true);
    expect(await client.importFolder(later)).toEqual({
      cases: [],
      taken: [expect.stringContaining("already")],
      problems: [],
    });
    const { dataSet, transferSyntaxUid } = readDicom(second.bytes, "the second set");
    const changedSet = new Map([...dataSet, [tags.StructureSetLabel, textElement("SH", "CHANGED")]]);
    writeFileSync(join(later, "second.dcm"), writeDicomFile(changedSet, transferSyntaxUid));
    expect(await client.importFolder(later)).toEqual({
      cases: [],
      taken: [],
      problems: [expect.stringMatching(/"CHANGED" .* was not taken: .* same SOP Instance UID/)],
    });
    const { findings } = await client.call("showCase", { caseId }, undefined);
    expect(findings).toContainEqual(expect.stringContaining("structure set of this CT was uploaded"));
    rmSync(later, { recursive: true, force: true });
  });

  test("what is no CT is said in a sentence, a series that is no volume is a failed case that says why", async () => {
    const none = await client.call("beginUpload", {}, {});
    await client.send(none.uploadId, "notes.txt", Buffer.from("no DICOM"));
    expect((await client.call("finishUpload", none, {})).problems).toEqual([
      "1 file that is no DICOM was left out.",
      expect.stringContaining("no CT in these files"),
    ]);
    const other = await phantomFolder(41, 64);
    const slices = readdirSync(join(other, "ct")).sort();
    rmSync(join(other, "ct", slices[5]));
    const { cases } = await client.importFolder(join(other, "ct"));
    rmSync(join(other, ".."), { recursive: true, force: true });
    expect(cases).toMatchObject([{ state: "failed", failure: expect.stringContaining("missing") }]);
    expect(cases[0].failure).not.toContain(server.folder);
    await client.call("removeCase", { caseId: cases[0].id }, undefined);
    expect((await client.call("listCases", {}, undefined)).map(({ id }) => id)).toEqual([caseId]);
    expect(readdirSync(join(server.data, "cases"))).toEqual([caseId]);
  });
});

describe("at the edge", () => {
  test("ids that are none, masks that are none and slices that are none are refused in a sentence", async () => {
    const nowhere = crypto.randomUUID();
    for (const id of [nowhere, "..%2f..", "1"])
      expect(await client.refusal("showCase", { caseId: id }, undefined)).toMatchObject({ status: 404 });
    for (const path of [
      `/api/cases/${caseId}/sources/version%3A9%3Ax/mask`,
      `/api/cases/${caseId}/sources/structure%3A..%2F..%2Fx/mask`,
      `/api/cases/${caseId}/sources/imported%3A99/mask`,
      `/api/cases/${caseId}/versions/77/rtstruct`,
    ])
      expect((await fetch(client.base + path)).status).toBe(404);
    for (const slices of ["", "?slices=", "?slices=-1", "?slices=9999", "?slices=a"])
      expect((await fetch(`${client.base}/api/cases/${caseId}/ct${slices}`)).status).toBe(400);
    const wrong = await fetch(`${client.base}/api/uploads`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { code: "usage" } }]);
  });

  test("the page is served for its own addresses with headers that keep it to itself", async () => {
    const response = await fetch(`${client.base}/case/1`, { headers: { accept: "text/html" } });
    expect(await response.text()).toContain("<title>page");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect((await fetch(`${client.base}/api/nothing`)).status).toBe(404);
    expect((await fetch(`${client.base}/..%2f..%2fetc/passwd`)).status).not.toBe(500);
  });

  test("a second server on the folder is refused, and nothing so far was a fault", async () => {
    const second = openServer({
      data: server.data,
      host: "127.0.0.1",
      port: 0,
      sample: false,
      onFault: () => undefined,
    });
    await expect(second).rejects.toMatchObject({ code: "folder-in-use" });
    expect(server.faults).toEqual([]);
  });
});
