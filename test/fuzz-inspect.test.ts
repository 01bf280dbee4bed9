/**
 * 5,000 damaged DICOM files through `inspect` and, where they still look like a CT, through the pixel decoder: bit flips,
 * truncations, swapped tags, wrong lengths; seeded. Each is read or refused with a named error, none crashes or takes five seconds.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { silentProgress } from "#core/progress.ts";
import { createRandom, type Random } from "#core/random.ts";
import { compressedSyntaxes, startCodec } from "#dicom/ct/codecs.ts";
import { readCtHeader } from "#dicom/ct/ct-frames.ts";
import { readFrame } from "#dicom/ct/read-pixels.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { buildRtstruct } from "#dicom/rtstruct/write-rtstruct.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { inspect } from "#patients/inspect/inspect.ts";
import { scanFolder } from "#patients/scan-folder.ts";
import { ctDescription } from "./ct-description.ts";

const count = 5000;
const variety = join(import.meta.dirname, "../../shared/data/dicom-variety");
const folder = mkdtempSync(join(tmpdir(), "fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seeds: Uint8Array[] = [];

beforeAll(async () => {
  for (const syntax of compressedSyntaxes) await startCodec(syntax);
  const grid = createGrid([24, 20, 3], [1, 1, 5], patientPoint(0, 0, 0));
  const description = ctDescription("fuzz");
  const ctFolder = mkdtempSync(join(folder, "ct-"));
  for (const { name, bytes } of writeCtSlices(grid, new Int16Array(voxelCount(grid)), description)) {
    writeFileSync(join(ctFolder, name), bytes);
    seeds.push(bytes);
  }
  const ct = await readCtFolder(ctFolder);
  const mask = {
    grid: ct.grid,
    data: new Uint8Array(voxelCount(ct.grid)).fill(1, 100, 140).fill(1, 600, 640),
  };
  const roi = {
    name: "GTV",
    mask,
    interpretedType: "GTV",
    algorithm: "AUTOMATIC",
    algorithmDescription: "fuzz",
    colour: [255, 0, 0],
  } as const;
  const set = buildRtstruct({
    ct,
    rois: [roi],
    label: "FUZZ",
    sopInstanceUid: "2.25.1",
    seriesInstanceUid: "2.25.2",
    date: "20260101",
    time: "120000",
    softwareVersion: "1",
    holes: "keyhole",
  });
  for (const syntax of Object.values(transferSyntaxes)) seeds.push(writeDicomFile(set, syntax));
  // Every transfer syntax that readers stumble over, where the folder is there; small ones, for speed.
  if (existsSync(variety)) {
    for (const name of readdirSync(variety).sort()) {
      const bytes = new Uint8Array(readFileSync(join(variety, name)));
      if (bytes.length < 40_000) seeds.push(bytes);
    }
  }
});

function mutate(original: Uint8Array, random: Random): Uint8Array {
  const bytes = original.slice();
  const header = Math.min(bytes.length, 2000);
  const place = (): number => random.integer(random.next() < 0.7 ? header : bytes.length);
  const changes = 1 + random.integer(6);
  for (let change = 0; change < changes; change++) {
    const at = place();
    const kind = random.integer(4);
    if (kind === 0) bytes[at] ^= 1 << random.integer(8);
    else if (kind === 1)
      bytes.fill(random.integer(256), at, Math.min(bytes.length, at + 1 + random.integer(4)));
    else if (kind === 2) bytes.copyWithin(at, place(), place() + 8);
    else bytes.set([255, 255, 255, random.integer(256)].slice(0, Math.max(0, bytes.length - at)), at);
  }
  return random.next() < 0.25 ? bytes.subarray(0, random.integer(bytes.length)) : bytes;
}

test(`${count} damaged files are each read or refused with a named error`, async () => {
  const random = createRandom(2026);
  const outcomes = { read: 0, refused: 0 };
  for (let index = 0; index < count; index++) {
    const bytes = mutate(random.pick(seeds), random);
    try {
      const file = readDicom(bytes, "damaged.dcm");
      const reading = readCtHeader(file.dataSet, "damaged.dcm");
      if (reading.kind === "ct")
        readFrame(file, { frame: 0, rescale: reading.frames[0].rescale }, "damaged.dcm");
      outcomes.read++;
    } catch (error) {
      // Anything but a named error is a crash.
      if (!(error instanceof DelineateError))
        throw new Error(`file ${index} crashed the reader`, { cause: error });
      outcomes.refused++;
    }
  }
  expect(outcomes.read + outcomes.refused).toBe(count);
  expect(outcomes.refused).toBeGreaterThan(count / 20);
  expect(outcomes.read).toBeGreaterThan(count / 20);
});

test(`a folder of ${count} damaged files is inspected to its end, every refused file named in a warning`, async () => {
  const random = createRandom(7);
  const damaged = mkdtempSync(join(folder, "damaged-"));
  for (let index = 0; index < count; index++) {
    writeFileSync(
      join(damaged, `file-${String(index).padStart(4, "0")}.dcm`),
      mutate(random.pick(seeds), random),
    );
  }
  const report = await inspect(damaged, silentProgress, new AbortController().signal);
  const warnings = report.findings.filter(
    ({ where, severity }) => severity === "warning" && where?.startsWith(damaged),
  );
  const refused = warnings.filter(({ code }) => /^(corrupt|not)-dicom$/.test(code)).map(({ where }) => where);
  // A segmentation whose header can be read may be refused for what follows.
  const { files } = await scanFolder(damaged);
  expect(report.dicomFiles).toBe(files.length);
  expect(report.otherFiles + new Set([...files.map(({ path }) => path), ...refused]).size).toBe(count);
});
