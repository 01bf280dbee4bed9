/**
 * The shipped model on a real CT whose tumour was boxed by radiologists: for each annotated slice the overlap (IoU) of the
 * annotated box and the box round our contour, and the volume that lies outside all boxes. A weak reference: measured and
 * reported as it is. Run: npm run bench real-ct-boxes [folder with ct-soft, ct-sharp and boxes] [model]
 */
import { join } from "node:path";
import { table } from "../src/cli/output.ts";
import { silentProgress } from "../src/core/progress.ts";
import { loadModel, shippedModel } from "../src/node/load-model.ts";
import { readCtFolder } from "../src/node/read-ct-folder.ts";
import { toMask } from "../src/segment/clean-up.ts";
import { predictVolume } from "../src/segment/segment-volume.ts";
import { compareWithBoxes, readBoxes } from "./real-ct/boxes.ts";

const patient = process.argv[2] ?? join(import.meta.dirname, "../../shared/data/lung-dx-a0001");
const model = await loadModel(process.argv[3] ?? shippedModel);
const byUid = await readBoxes(join(patient, "boxes"));

const columns = await Promise.all(
  ["ct-soft", "ct-sharp"].map(async (series) => {
    const ct = await readCtFolder(join(patient, series));
    const boxes = new Map(
      ct.slices.flatMap(({ sopInstanceUid }, k) => {
        const box = byUid.get(sopInstanceUid);
        return box === undefined ? [] : [[k, box] as const];
      }),
    );
    const confidence = await predictVolume(ct, model, { batch: 4, progress: silentProgress });
    const { mask } = toMask(confidence, "largest", ct.hu);
    return { series, ...compareWithBoxes(mask, boxes) };
  }),
);
const slices = [...new Set(columns.flatMap(({ rows }) => [...rows.keys()]))].sort((a, b) => a - b);
const cells = slices.map((k) => [
  String(k),
  ...columns.map(({ rows }) => rows.get(k)?.toFixed(3) ?? "no box"),
]);
cells.push(["mean", ...columns.map(({ mean }) => mean.toFixed(3))]);
cells.push(["GTV cc", ...columns.map(({ volumeCc }) => volumeCc.toFixed(1))]);
cells.push(["outside all boxes", ...columns.map(({ outside }) => `${(100 * outside).toFixed(1)} %`)]);
process.stdout.write(`${table(["slice", ...columns.map(({ series }) => `IoU ${series}`)], cells)}\n`);
