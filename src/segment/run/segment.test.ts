/** What a person relies on of `segment`: where the CT is no DICOM, and where it does not end well. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { masksFromLabels } from "#formats/label-image.ts";
import { readNifti, writeNifti } from "#formats/nifti.ts";
import { readNrrd } from "#formats/nrrd.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { emptyMask } from "#geometry/mask.ts";
import { beginCt } from "#patients/ct/begin-ct.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { phantomFolder } from "../../../test/shared-inputs.ts";
import { segment } from "./segment.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-"));
let ctPath: string;
afterAll(() => {
  for (const made of [folder, join(ctPath, "../..")]) rmSync(made, { recursive: true, force: true });
});
beforeAll(async () => {
  ctPath = join(await phantomFolder(41, 64), "ct");
});

const silent = { report: () => undefined };
const requestFor = (out: string) =>
  ({
    ctPath,
    out,
    format: "rtstruct",
    roiName: "GTV",
    holes: "keyhole",
    cleanUp: "tumour",
    force: false,
  }) as const;

test("an interrupt writes nothing, also once the network has seen every slice", async () => {
  const out = join(folder, "interrupted.dcm");
  const before = readdirSync(folder);
  const interrupt = new AbortController();
  const progress = {
    report: (stage: string) => {
      if (stage === "finding the tumour") interrupt.abort();
    },
  };
  await expect(segment(requestFor(out), progress, interrupt.signal)).rejects.toMatchObject({
    code: "cancelled",
  });
  expect(interrupt.signal.aborted).toBe(true);
  expect(readdirSync(folder)).toEqual(before);
});

test.each<[string, object, string]>([
  ["a name with a blank at its end", { roiName: "GTV " }, "invalid-value"],
  ["a name that is too long", { roiName: "a GTV of many words" }, "value-too-long"],
  ["no set to add to", { addTo: "missing.dcm" }, "file-not-found"],
  ["a set to add to, and a format of voxels", { addTo: "pictures/sheet.png", format: "nifti" }, "usage"],
  ["pictures that are there already", { preview: "pictures" }, "file-exists"],
])("%s is refused before the contouring", async (_, wrong, code) => {
  const stages: string[] = [];
  mkdirSync(join(folder, "pictures"), { recursive: true });
  writeFileSync(join(folder, "pictures", "sheet.png"), "");
  const at = Object.fromEntries(
    Object.entries(wrong).map(([key, value]) => [
      key,
      key === "addTo" || key === "preview" ? join(folder, value) : value,
    ]),
  );
  const out = join(folder, "never.dcm");
  const progress = { report: (stage: string) => stages.push(stage) };
  const run = segment({ ...requestFor(out), ...at }, progress, new AbortController().signal);
  await expect(run).rejects.toMatchObject({ code });
  expect(stages).not.toContain("segmenting");
  expect(existsSync(out)).toBe(false);
});

test("an interrupt while overlays are drawn writes nothing either, and none of them stays", async () => {
  const [out, preview] = [join(folder, "drawn.dcm"), join(folder, "drawn")];
  const interrupt = new AbortController();
  const progress = {
    report: (stage: string) => {
      if (stage === "drawing overlays") interrupt.abort();
    },
  };
  await expect(segment({ ...requestFor(out), preview }, progress, interrupt.signal)).rejects.toMatchObject({
    code: "cancelled",
  });
  expect(interrupt.signal.aborted).toBe(true);
  expect([existsSync(out), readdirSync(preview)]).toEqual([false, []]);
});

test("overlays that cannot be written are said in a sentence, and no structure set is left without its record", async () => {
  const out = join(folder, "unrecorded.dcm");
  writeFileSync(join(folder, "file"), "");
  const preview = join(folder, "file", "below");
  const run = segment({ ...requestFor(out), preview }, silent, new AbortController().signal);
  await expect(run).rejects.toThrow(`${preview} is no folder: overlays need one.`);
  expect(existsSync(out)).toBe(false);
});

test("where the record cannot be written the contour goes too: what it is worth may stand there alone", async () => {
  const out = join(folder, "half.nii.gz");
  mkdirSync(join(folder, "half.nii.gz.run.json"));
  const run = segment({ ...requestFor(out), format: "nifti" }, silent, new AbortController().signal);
  await expect(run).rejects.toMatchObject({ code: "file-unwritable" });
  expect(existsSync(out)).toBe(false);
});

/** A CT as a research image with rows from the bottom up, left-handed as most NIfTI files are. */
function nrrdOf({ grid, hu }: CtImage): Uint8Array {
  const { size, spacingMm, origin } = grid;
  const [width, height] = size;
  const rows = Array.from({ length: hu.length / width }, (_, row) => {
    const at = width * (row - (row % height) + height - 1 - (row % height));
    return hu.subarray(at, at + width);
  });
  const [x, y, z] = spacingMm;
  const header = [
    "NRRD0005",
    "type: int16",
    "dimension: 3",
    "space: left-posterior-superior",
    `sizes: ${size.join(" ")}`,
    `space directions: (${x},0,0) (0,${-y},0) (0,0,${z})`,
    "endian: little",
    "encoding: raw",
    `space origin: (${origin[0]},${origin[1] + (height - 1) * y},${origin[2]})`,
    "",
    "",
  ].join("\n");
  return Buffer.concat([
    Buffer.from(header),
    ...rows.map((row) => new Uint8Array(Int16Array.from(row).buffer)),
  ]);
}

test("a research image gets the contour that its DICOM gets, on its own voxels; no structure set can refer to it", async () => {
  const never = new AbortController().signal;
  const [image, out, ofDicom] = ["ct.nrrd", "own.nrrd", "dicom.nii"].map((name) => join(folder, name));
  const ct = await readCtFolder(ctPath);
  writeFileSync(image, nrrdOf(ct));
  await segment({ ...requestFor(ofDicom), format: "nifti" }, silent, never);
  await segment({ ...requestFor(out), ctPath: image, format: "nrrd" }, silent, never);
  const [stored] = readNrrd(readFileSync(image));
  const [back] = readNrrd(readFileSync(out));
  expect([back.size, back.stepsMm, back.origin]).toEqual([stored.size, stored.stepsMm, stored.origin]);
  const [drawn] = masksFromLabels(back).masks;
  const [expected] = masksFromLabels(readNifti(readFileSync(ofDicom))).masks;
  expect(expected.mask.data).toContain(1);
  expect(drawn.mask.data).toEqual(expected.mask.data);
  const refused = segment({ ...requestFor(join(folder, "never.dcm")), ctPath: image }, silent, never);
  await expect(refused).rejects.toMatchObject({ code: "no-ct", message: expect.stringContaining(".nii.gz") });
});

test("an NRRD file of several volumes, such as breathing phases, is refused: none of them is taken unasked", async () => {
  const [image, out] = [join(folder, "phases.nrrd"), join(folder, "never.nrrd")];
  const header = [
    "NRRD0004",
    "type: int16",
    "dimension: 4",
    "space: left-posterior-superior",
    "sizes: 3 2 2 2",
    "space directions: none (1,0,0) (0,1,0) (0,0,1)",
    "endian: little",
    "encoding: raw",
    "space origin: (0,0,0)",
    "",
    "",
  ].join("\n");
  const values = new Int16Array(24).fill(-1000);
  writeFileSync(image, Buffer.concat([Buffer.from(header), new Uint8Array(values.buffer)]));
  const request = { ...requestFor(out), ctPath: image, format: "nrrd" } as const;
  await expect(segment(request, silent, new AbortController().signal)).rejects.toMatchObject({
    code: "bad-nrrd",
    message: expect.stringContaining(`${image} holds 3 volumes`),
  });
});

test("what is wrong with a research image is said of its file", async () => {
  const image = join(folder, "cut.nii");
  writeFileSync(
    image,
    writeNifti({ name: "", mask: emptyMask((await readCtFolder(ctPath)).grid) }, { gzip: false }).subarray(
      0,
      5000,
    ),
  );
  const request = { ...requestFor(join(folder, "never.nii")), ctPath: image, format: "nifti" } as const;
  await expect(segment(request, silent, new AbortController().signal)).rejects.toMatchObject({
    code: "bad-nifti",
    message: expect.stringMatching(/cut\.nii: Expected \d+ voxels/),
  });
});

test("a model that cannot be loaded ends the reading that has begun, and says so", async () => {
  const model = join(folder, "junk.onnx");
  writeFileSync(model, "no model");
  const out = join(folder, "never.dcm");
  const begun = await beginCt(ctPath);
  const run = segment({ ...requestFor(out), model }, silent, new AbortController().signal, begun);
  await expect(run).rejects.toMatchObject({ code: "bad-model" });
  // Read whole, or ended with the next slice: nothing goes on.
  await Promise.allSettled([begun.loaded]);
  expect(existsSync(out)).toBe(false);
});
