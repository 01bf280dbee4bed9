/**
 * The import's speed against what people use on the same files: headers alone against pydicom (stop_before_pixels) and
 * DCMTK's dcmdump, the whole import (pixels read, contours rasterised, digests) against pydicom reading every pixel. Files per
 * second and ratios. The files were just written, so that they come from memory: what is measured is the program.
 *
 *   npm run bench import [patients] [folder]
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { table } from "#cli/output.ts";
import { patientPoint } from "#core/coordinates.ts";
import { silentProgress } from "#core/progress.ts";
import { createRandom } from "#core/random.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { emptyMask } from "#geometry/mask.ts";
import { findSources } from "#patients/cohort/import/find-sources.ts";
import { importCohort } from "#patients/cohort/import/import.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";

const patients = Number(process.argv[2] ?? 20);
const folder = process.argv[3] ?? mkdtempSync(join(tmpdir(), "import-"));
const archive = join(folder, "archive");
const { signal } = new AbortController();

/** 100 slices of 512 x 512 per patient, all patients' files in one folder. */
async function writePatient(number: number): Promise<void> {
  const grid = createGrid([512, 512, 100], [0.977, 0.977, 3], patientPoint(-250, -250, 0));
  const random = createRandom(number);
  const line = Int16Array.from({ length: 4096 }, () => random.integer(2000) - 1000);
  const hu = new Int16Array(voxelCount(grid));
  for (let at = 0; at < hu.length; at++) hu[at] = line[(at * 7 + (at >> 9)) & 4095];
  const ctFolder = join(folder, "one", String(number));
  mkdirSync(ctFolder, { recursive: true });
  const identity = { patientName: `Bench^${number}`, patientId: `BENCH-${number}`, sex: "O" } as const;
  const when = { date: "20200101", time: "120000", kernel: "B" };
  for (const { name, bytes } of writeCtSlices(grid, hu, { uidName: `bench/${number}`, ...identity, ...when }))
    writeFileSync(join(ctFolder, name), bytes);
  const ct = await readCtFolder(ctFolder);
  const mask = emptyMask(ct.grid);
  for (let k = 30; k < 50; k++)
    for (let j = 200; j < 260; j++) mask.data.fill(1, 200 + 512 * (j + 512 * k), 260 + 512 * (j + 512 * k));
  const roi = { name: "GTV-1", mask, interpretedType: "GTV", algorithm: "MANUAL" } as const;
  const { bytes } = exportMasks({
    format: "rtstruct",
    ct,
    rois: [{ ...roi, algorithmDescription: "bench", colour: [255, 0, 0] }],
    label: "BENCH",
    holes: "keyhole",
    softwareVersion: "1",
    writtenAt: new Date(2020, 0, 1),
    uidName: `bench/${number}/set`,
  });
  writeFileSync(join(archive, `${number}-set.dcm`), bytes);
  for (const name of readdirSync(ctFolder))
    spawnSync("mv", [join(ctFolder, name), join(archive, `${number}-${name}`)]);
}

if (!existsSync(archive)) {
  mkdirSync(archive, { recursive: true });
  for (let number = 1; number <= patients; number++) await writePatient(number);
}
const files = readdirSync(archive).map((name) => join(archive, name));

async function seconds(work: () => Promise<unknown> | unknown): Promise<number> {
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1000;
}

function run(program: string, args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (error !== undefined || status !== 0)
    throw new Error(`${program} failed; install it: sudo apt-get install -y dcmtk python3-pydicom`);
}
const pydicom = (body: string): void =>
  run("/usr/bin/python3", [
    "-c",
    `import os, sys, pydicom\nfor n in os.listdir(sys.argv[1]):\n  d = pydicom.dcmread(os.path.join(sys.argv[1], n)${body}`,
    archive,
  ]);

const headers = {
  ours: await seconds(() => findSources(archive, [], silentProgress, signal)),
  pydicom: await seconds(() => pydicom(", stop_before_pixels=True); str(d.SeriesInstanceUID)")),
  dcmdump: await seconds(() => run("dcmdump", ["-q", "+P", "0020,000e", ...files])),
};
const out = join(folder, "cohort");
rmSync(out, { recursive: true, force: true });
const request = { source: archive, out, roi: "GTV.*" };
const wholeImport = {
  ours: await seconds(() => importCohort(request, silentProgress, signal)),
  pydicom: await seconds(() => pydicom(");\n  if d.Modality == 'CT': d.pixel_array.sum()")),
};
const again = await seconds(() => importCohort(request, silentProgress, signal));
const row = (label: string, ours: number, theirs: number, whose: string): string[] => [
  label,
  (files.length / ours).toFixed(0),
  whose,
  (files.length / theirs).toFixed(0),
  (theirs / ours).toFixed(2),
];
process.stdout.write(
  `${files.length} files, ${patients} patients of 100 slices of 512 x 512, files per second\n`,
);
process.stdout.write(
  `${table(
    ["", "delineate", "against", "theirs", "times as fast"],
    [
      row("headers", headers.ours, headers.pydicom, "pydicom"),
      row("headers", headers.ours, headers.dcmdump, "dcmdump"),
      row("whole import", wholeImport.ours, wholeImport.pydicom, "pydicom, pixels alone"),
    ],
  )}\nThe same import again: ${again.toFixed(1)} s\n`,
);
if (process.argv[3] === undefined) rmSync(folder, { recursive: true });
