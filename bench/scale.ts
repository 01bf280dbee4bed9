/**
 * How time and memory grow: `delineate import`, `cohort describe`, `cohort split` and `evaluate` on cohorts of 30 to 1000
 * patients of one kind (64 x 64 pixels), the data side of a training at 512 x 512, an archive of 200,000 files, and `segment`
 * on a CT of 400 slices of 1 mm. Each is a process of its own: its processor time, and the most memory that it had.
 *
 *   npm run bench scale [patients ...]      (default: 30 100 300 1000)
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { table } from "#cli/output.ts";
import { createRandom } from "#core/random.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { createGrid } from "#geometry/grid.ts";
import { generatePatient } from "#phantom/generate.ts";
import { type Original, writeCopy, writeOriginal } from "./scale/copied-patients.ts";
import { writeLargeArchive } from "./scale/large-archive.ts";
import { type Cost, costOf, costOfVerb } from "./scale/measure.ts";

const counts = process.argv.slice(2).map(Number);
if (counts.length === 0) counts.push(30, 100, 300, 1000);
/** At 512 x 512 a prepared patient takes 18 MB on the disk. */
const mostTraining = 300;
const archiveFiles = 200_000;

const folder = mkdtempSync(join(tmpdir(), "scale-"));
const [archive, predictions] = [join(folder, "archive"), join(folder, "predictions")];
const rows: string[][] = [];
const print = (title: string, patients: number, { seconds, processorSeconds, megabytes }: Cost): void => {
  const each = (value: number): string => ((1000 * value) / patients).toFixed(0);
  const row = [title, String(patients), seconds.toFixed(1), each(seconds), each(processorSeconds)];
  rows.push([...row, megabytes.toFixed(0)]);
  process.stderr.write(`${rows.at(-1)?.join("  ")}\n`);
};

async function measureCohort(patients: number): Promise<void> {
  const cohort = join(folder, `cohort-${patients}`);
  print("import", patients, await costOfVerb("import", archive, "--out", cohort));
  print("import again", patients, await costOfVerb("import", archive, "--out", cohort));
  print("describe", patients, await costOfVerb("cohort", "describe", cohort));
  print("split", patients, await costOfVerb("cohort", "split", cohort, "--out", join(cohort, "split.json")));
  const masks = ["--reference", archive, "--prediction", predictions];
  print("evaluate", patients, await costOfVerb("evaluate", ...masks));
  if (patients > mostTraining) return;
  print("training's images", patients, await costOf("bench/scale/draw-batches.ts", [cohort, folder]));
  print("the same, prepared", patients, await costOf("bench/scale/draw-batches.ts", [cohort, folder]));
  rmSync(cohort, { recursive: true });
}

async function measureArchive(original: Original): Promise<void> {
  const large = join(folder, "large");
  writeLargeArchive(large, original, archiveFiles);
  const thousands = archiveFiles / 1000;
  print("inspect, per 1000 files", thousands, await costOfVerb("inspect", large));
  // One patient, since an import that finds none has failed.
  writeCopy(original, 1, { archive: large });
  const out = join(folder, "large-cohort");
  print("import, per 1000 files", thousands, await costOfVerb("import", large, "--out", out));
}

/** A phantom of 256 x 256 in pixels of a quarter and slices of a fifth. */
async function measureSegment(): Promise<void> {
  const { grid, hu } = generatePatient(createRandom(1).fork(2), { size: 256 });
  const [width, spacingMm] = [512, grid.spacingMm[0] / 2];
  const thin = createGrid([width, width, 400], [spacingMm, spacingMm, 1], grid.origin);
  const fine = new Int16Array(width * width * 400);
  for (let k = 0, at = 0; k < 400; k++) {
    const from = 256 * 256 * Math.min(grid.size[2] - 1, Math.floor(k / 5));
    for (let j = 0; j < width; j++)
      for (let i = 0; i < width; i++, at++) fine[at] = hu[from + 256 * (j >> 1) + (i >> 1)];
  }
  const ct = join(folder, "thin");
  mkdirSync(ct);
  const identity = { patientName: "BENCH^1", patientId: "BENCH-1", sex: "O", kernel: "B" } as const;
  const facts = { uidName: "bench/thin", date: "20200101", time: "120000", ...identity };
  for (const { name, bytes } of writeCtSlices(thin, fine, facts)) writeFileSync(join(ct, name), bytes);
  print("segment, 400 slices", 1, await costOfVerb("segment", ct, "--out", join(folder, "auto.dcm")));
}

const original = await writeOriginal(join(folder, "original"));
let written = 0;
for (const patients of counts) {
  while (written < patients) writeCopy(original, ++written, { archive, predictions });
  await measureCohort(patients);
}
await measureArchive(original);
await measureSegment();
rmSync(folder, { recursive: true });
const titles = ["", "patients", "s", "ms each", "processor ms each", "peak MB"];
process.stdout.write(
  `${cpus()[0].model}, ${cpus().length} processors; a patient: ${original.slices} slices of 64 x 64\n${table(titles, rows)}\n`,
);
