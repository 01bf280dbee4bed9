/**
 * The probability above which a voxel is target, chosen: mean DSC of patients at each threshold, each contoured as `delineate
 * segment` does. Choose on patients of neither training nor test, and store it in the model (`train --threshold`).
 * Run: npm run bench operating-point -- --cohort DIR [--patients NAMES] [--cohort DIR ...] [--roi PATTERN] [--model FILE]
 * [--json FILE]. Each cohort has its own patients, NAMES with commas or `all`; JSON holds each patient's DSC.
 */
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { namesList } from "#cli/arguments/options.ts";
import { say, table } from "#cli/output.ts";
import { loadModel, shippedModel } from "#model/run/load-model.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { mean } from "#statistics/moments.ts";
import { sweepThresholds } from "./patients/sweep-thresholds.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    cohort: { type: "string", multiple: true, default: [] },
    patients: { type: "string", multiple: true, default: [] },
    roi: { type: "string", default: "GTV.*|cancer" },
    json: { type: "string" },
  },
});
const thresholds = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99];
if (
  values.cohort.length === 0 ||
  (values.cohort.length > 1 && values.patients.length < values.cohort.length)
) {
  say(
    "Usage: npm run bench operating-point -- --cohort DIR --patients NAMES|all [--cohort DIR --patients ...]",
  );
  process.exit(2);
}

/** The cohort's patients of these names. */
async function chosenPatients(cohort: string, selection: string) {
  const all = await openCohort(cohort);
  const names = selection === "all" ? all.map(({ name }) => name) : namesList(selection);
  return names.map((name) => {
    const patient = all.find((candidate) => candidate.name === name);
    if (patient === undefined) throw new Error(`${cohort} has no patient ${name}`);
    return patient;
  });
}

const model = await loadModel(values.model ?? shippedModel);
const swept: { readonly cohort: string; readonly patient: string; readonly dsc: readonly number[] }[] = [];
for (const [index, cohort] of values.cohort.entries()) {
  for (const patient of await chosenPatients(cohort, values.patients[index] ?? "all")) {
    const dsc = await sweepThresholds(await patient.load(values.roi), model, thresholds);
    swept.push({ cohort: `${index + 1}: ${basename(cohort)}`, patient: patient.name, dsc });
    say(`${patient.name}  ${dsc.map((value) => value.toFixed(2)).join(" ")}`);
  }
}
await model.dispose();

const cohorts = [...new Set(swept.map(({ cohort }) => cohort))];
const meansOf = (members: typeof swept): number[] =>
  thresholds.map((_, index) => mean(members.map(({ dsc }) => dsc[index])));
const ofCohorts = cohorts.map((name) => meansOf(swept.filter(({ cohort }) => cohort === name)));
const means = meansOf(swept);
const best = Math.max(...means);
const rows = thresholds.map((threshold, index) => [
  threshold.toFixed(2),
  ...[...ofCohorts, means].map((column) => column[index].toFixed(3)),
]);
process.stdout.write(
  `${table(["above", ...cohorts, `all ${swept.length} patients`], rows)}\nHighest mean DSC: ${best.toFixed(3)} above ${thresholds[means.indexOf(best)]}\n`,
);
if (values.json !== undefined) {
  const result = { digest: model.digest, thresholds, means, patients: swept };
  await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
}
