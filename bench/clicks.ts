/**
 * Contouring from a click and from a box, on patients with a physician's contour: 20 random clicks inside the reference, and
 * the box 5 mm round it. Of ../shared/data, or of the folders given: CT and structure set, or COHORT/NAME of an imported cohort,
 * a colon and the ROI's name.
 * Run: npm run bench clicks -- [--model FILE] [--clicks N] [--seed N] [--threads N] [FOLDER:ROI ...]
 */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { say, table } from "#cli/output.ts";
import { clickModel, loadModel } from "#model/run/load-model.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { loadPatient } from "#patients/load-patient.ts";
import { findRegion, seeUpright } from "#segment/prompts/find-region.ts";
import { boxTrial, clickTrials, summariseClicks } from "./clicks/trials.ts";

const { values, positionals } = parseArgs({
  options: {
    model: { type: "string" },
    clicks: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    threads: { type: "string" },
  },
  allowPositionals: true,
});
const data = join(import.meta.dirname, "../../shared/data");
const measured = ["lung1-001:GTV-1", "4d-lung-113:Tumor_c40", "radiomics-phantom-2:GTV-1"];
const patients = positionals.length > 0 ? positionals : measured.map((name) => join(data, name));
const model = await loadModel(
  values.model ?? clickModel,
  values.threads === undefined ? {} : { threads: Number(values.threads) },
);

async function load(folder: string, roi: string) {
  const cohort = dirname(folder);
  if (!existsSync(join(cohort, "cohort.json"))) return loadPatient(folder, roi);
  const patient = (await openCohort(cohort)).find(({ name }) => name === basename(folder));
  if (patient === undefined) throw new Error(`${cohort} has no ${basename(folder)}`);
  return patient.load(roi);
}

const rows: string[][] = [];
for (const patient of patients) {
  const [folder, roi] = [
    patient.slice(0, patient.lastIndexOf(":")),
    patient.slice(patient.lastIndexOf(":") + 1),
  ];
  const { ct: image, target } = await load(folder, roi);
  const ct = seeUpright(image);
  const clicks = await clickTrials(target, (click) => findRegion(ct, model, { click }), {
    count: Number(values.clicks),
    seed: Number(values.seed),
  });
  const box = await boxTrial(target, (drawnBox) => findRegion(ct, model, { box: drawnBox }));
  const summary = summariseClicks(clicks);
  say(`${folder}: ${clicks.map(({ dsc }) => dsc.toFixed(2)).join(" ")}; box ${box.dsc.toFixed(3)}`);
  rows.push([
    folder.slice(folder.lastIndexOf("/") + 1),
    summary.median.toFixed(3),
    `${summary.below} of ${summary.trials}`,
    summary.fifthPercentile.toFixed(3),
    `${summary.secondsPerClick.toFixed(2)} (${summary.slowest.toFixed(2)})`,
    box.dsc.toFixed(3),
    box.seconds.toFixed(2),
  ]);
}
await model.dispose();
const head = ["patient", "click: median DSC", "below 0.4", "5th percentile", "s (slowest)", "box: DSC", "s"];
process.stdout.write(`${table(head, rows)}\n`);
