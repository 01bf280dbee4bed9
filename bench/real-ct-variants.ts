/**
 * How the shipped model holds where scanners and patients differ: the boxed CT of the bench of patients in a dozen variants, and
 * synthetic tumours of 2 to 4 cm inserted into its tumour-free slices. A stress test and no test set: it is one patient.
 * Run: npm run bench real-ct-variants [folder with ct-soft, ct-sharp and boxes] [model]
 */
import { join } from "node:path";
import { table } from "#cli/output.ts";
import { silentProgress } from "#core/progress.ts";
import { createRandom } from "#core/random.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { type Mask, volumeCc } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { loadModel, shippedModel } from "#model/run/load-model.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { toMask } from "#segment/clean-up.ts";
import { predictVolume } from "#segment/prediction/predict-volume.ts";
import { compareWithBoxes, placeBoxes, readBoxes } from "./real-ct/boxes.ts";
import { insertTumour } from "./real-ct/inserts.ts";
import {
  type BoxedCt,
  eachVoxel,
  noise,
  otherField,
  padded,
  smoothed,
  thinSlices,
} from "./real-ct/variants.ts";

const patient = process.argv[2] ?? join(import.meta.dirname, "../../shared/data/lung-dx-a0001");
const model = await loadModel(process.argv[3] ?? shippedModel);
const byUid = await readBoxes(join(patient, "boxes"));
const random = createRandom(5);

async function read(series: string): Promise<BoxedCt> {
  const { grid, hu, slices } = await readCtFolder(join(patient, series));
  return { grid, hu, boxes: placeBoxes(slices, byUid) };
}

async function contour(ct: CtImage): Promise<Mask> {
  const confidence = await predictVolume(ct, model, { batch: 4, progress: silentProgress });
  const { threshold } = model.input;
  return (await toMask(confidence, "tumour", { hu: ct.hu, threshold, clicks: model.clicks })).mask;
}

const [soft, sharp] = [await read("ct-soft"), await read("ct-sharp")];
/** Each is made when its turn comes: a dozen CTs need not lie in memory together. */
const variants: readonly (readonly [name: string, make: () => BoxedCt])[] = [
  ["soft kernel as it is", () => soft],
  ["sharp kernel as it is", () => sharp],
  ["soft, mirrored", () => otherField(soft, { mirrored: true })],
  ["sharp, mirrored", () => otherField(sharp, { mirrored: true })],
  ["soft, field of 500 mm, off centre", () => otherField(soft, { zoom: 1.16, shift: [60, -40] })],
  ["sharp, the same, mirrored", () => otherField(sharp, { zoom: 1.16, shift: [-60, 40], mirrored: true })],
  ["soft, field of 560 mm", () => otherField(soft, { zoom: 1.3 })],
  ["sharp, field of 560 mm", () => otherField(sharp, { zoom: 1.3 })],
  ["soft, field of 345 mm, body cut off", () => otherField(soft, { zoom: 0.8 })],
  ["sharp, field of 345 mm, body cut off", () => otherField(sharp, { zoom: 0.8, shift: [10, 0] })],
  ["soft, padding of -3024", () => padded(soft)],
  ["soft, noise of 40 HU added", () => eachVoxel(soft, (hu) => hu + 40 * noise(random))],
  ["sharp, noise of 80 HU added", () => eachVoxel(sharp, (hu) => hu + 80 * noise(random))],
  ["soft, smoothed", () => smoothed(soft, 2)],
  ["soft, 15 HU too high", () => eachVoxel(soft, (hu) => hu + 15)],
  ["soft, 15 HU too low", () => eachVoxel(soft, (hu) => hu - 15)],
  ["soft, 2.5 mm slices", () => thinSlices(soft, 2, 20, random)],
  ["soft, 1.25 mm slices", () => thinSlices(soft, 4, 30, random)],
];
const rows: string[][] = [];
for (const [name, make] of variants) {
  const ct = make();
  const { mean, outside, volumeCc: cc } = compareWithBoxes(await contour(ct), ct.boxes);
  rows.push([name, mean.toFixed(3), `${(100 * outside).toFixed(1)} %`, cc.toFixed(1)]);
  process.stderr.write(`${rows.at(-1)?.join("  ")}\n`);
}
process.stdout.write(`${table(["variant", "mean IoU", "outside", "GTV cc"], rows)}\n\n`);

/** Slices 0 to 38 lie below the tumour, from the upper abdomen to the hila. */
const tumourFree = { from: 0, to: 39 } as const;
/** From here on an insert counts as found: another region has no overlap at all. */
const foundDsc = 0.3;
const inserts: string[][] = [];
const overlaps: number[] = [];
for (let seed = 1; seed <= 20; seed++) {
  const kernel = seed % 3 === 0 ? "sharp" : "soft";
  const source = kernel === "sharp" ? sharp : soft;
  const { ct, truth, diameterMm } = insertTumour(source, tumourFree.from, tumourFree.to, seed);
  const prediction = await contour(ct);
  const dsc = volumeOverlap(truth, prediction).dsc ?? 0;
  overlaps.push(dsc);
  const volumes = [truth, prediction].map((mask) => volumeCc(mask).toFixed(1));
  inserts.push([String(seed), kernel, diameterMm.toFixed(0), ...volumes, dsc.toFixed(3)]);
}
process.stdout.write(`${table(["insert", "kernel", "mm", "cc", "found cc", "DSC"], inserts)}\n`);
const foundOnes = overlaps.filter((dsc) => dsc > foundDsc);
const mean = foundOnes.reduce((sum, dsc) => sum + dsc, 0) / Math.max(1, foundOnes.length);
process.stdout.write(
  `${foundOnes.length} of ${overlaps.length} found (DSC above ${foundDsc}), mean DSC of these ${mean.toFixed(3)}\n`,
);
await model.dispose();
