/**
 * The probability above which a voxel is target, chosen: mean DSC of patients at each threshold, each contoured as `delineate
 * segment` does. Choose on patients of neither training nor test, and store it in the model (`train --threshold`).
 * Run: npm run bench operating-point -- --cohort DIR [--patients NAMES] [--roi PATTERN] [--model FILE] [--json FILE]
 * NAMES stand with commas (default: all); of an imported cohort ROI is the primary tumour where it matches.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { namesList } from "../src/cli/options.ts";
import { say, table } from "../src/cli/output.ts";
import { loadModel, shippedModel } from "../src/node/load-model.ts";
import { mean } from "../src/statistics/moments.ts";
import { openCohort } from "../src/workflows/cohort/open-cohort.ts";
import { sweepThresholds } from "./patients/sweep-thresholds.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    cohort: { type: "string" },
    patients: { type: "string" },
    roi: { type: "string", default: "GTV.*|cancer" },
    json: { type: "string" },
  },
});
if (values.cohort === undefined) {
  say(
    "Usage: npm run bench operating-point -- --cohort DIR [--patients NAMES] [--roi PATTERN] [--model FILE]",
  );
  process.exit(2);
}
const thresholds = [...Array.from({ length: 19 }, (_, index) => (index + 1) / 20), 0.97, 0.99];
const all = await openCohort(values.cohort);
const names = values.patients === undefined ? all.map(({ name }) => name) : namesList(values.patients);
const patients = names.map((wanted) => {
  const patient = all.find(({ name }) => name === wanted);
  if (patient === undefined) throw new Error(`${values.cohort} has no patient ${wanted}`);
  return patient;
});

const model = await loadModel(values.model ?? shippedModel);
const overlaps: (readonly number[])[] = [];
for (const patient of patients) {
  const dsc = await sweepThresholds(await patient.load(values.roi), model, thresholds);
  overlaps.push(dsc);
  say(`${patient.name}  best ${Math.max(...dsc).toFixed(3)} at ${thresholds[dsc.indexOf(Math.max(...dsc))]}`);
}
await model.dispose();
const means = thresholds.map((_, index) => mean(overlaps.map((dsc) => dsc[index])));
const best = thresholds[means.indexOf(Math.max(...means))];
const rows = thresholds.map((threshold, index) => [
  threshold.toFixed(2),
  means[index].toFixed(3),
  ...overlaps.map((dsc) => dsc[index].toFixed(3)),
]);
process.stdout.write(
  `${table(["above", "mean DSC", ...names], rows)}\nHighest mean of ${names.length} patients: ${Math.max(...means).toFixed(3)} above ${best}\n`,
);
if (values.json !== undefined) {
  const result = { digest: model.digest, thresholds, means, patients: names, dsc: overlaps };
  await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
}
