/**
 * A model on patients that it never saw: overlap, distances, tumour outside CTV and PTV, and what it contours where there is no
 * tumour. The table of the model card. Patients of ../shared/data; phantoms where their cohort is given, the model card's by
 * `delineate phantom --patients 10 --seed 101 --size 256 --variety wide`.
 * Run: npm run bench patients -- [--model FILE] [--phantoms DIR] [--only NAMES] [--out DIR] [--json FILE]
 * NAMES are cases or groups (physician, boxes, decathlon, phantoms, no-tumour), with commas; DIR gets an overlay of each case.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { say } from "#cli/output.ts";
import { loadModel, shippedModel } from "#model/run/load-model.ts";
import { writePreview } from "#pictures/run/preview.ts";
import { decathlonPatients } from "./patients/decathlon.ts";
import { type MeasuredRow, measureCase } from "./patients/measure-case.ts";
import { chosenSources } from "./patients/measured-case.ts";
import { heldOutPhantoms } from "./patients/phantoms.ts";
import { groupMeans, reportText } from "./patients/report.ts";
import { sharedPatients } from "./patients/shared-patients.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    phantoms: { type: "string" },
    only: { type: "string" },
    out: { type: "string" },
    json: { type: "string" },
  },
});
const data = join(import.meta.dirname, "../../shared/data");
const model = await loadModel(values.model ?? shippedModel);
const sources = chosenSources(
  [
    ...sharedPatients(data),
    ...(await decathlonPatients(data)),
    ...(values.phantoms === undefined ? [] : await heldOutPhantoms(values.phantoms)),
  ],
  values.only?.split(","),
);

const rows: MeasuredRow[] = [];
for (const source of sources) {
  for (const measured of await source.load()) {
    const { row, mask } = await measureCase(measured, model);
    rows.push(row);
    say(`${row.name}  ${row.dsc?.toFixed(3) ?? row.boxIou?.toFixed(3) ?? ""}  ${row.seconds.toFixed(1)} s`);
    if (values.out === undefined) continue;
    const { truth, ct } = measured;
    const reference = truth.kind === "contour" ? truth.mask : undefined;
    await writePreview(ct, { reference, automatic: mask }, join(values.out, row.name), { force: true });
  }
}
await model.dispose();
const { name, version, digest, input } = model;
process.stdout.write(
  `${name} ${version}, threshold ${input.threshold}, sha256 ${digest.slice(0, 12)}\n\n${reportText(rows)}\n`,
);
if (values.json !== undefined) {
  const result = {
    model: { name, version, digest, threshold: input.threshold },
    rows,
    means: groupMeans(rows),
  };
  await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
}
