/**
 * The shipped model on a real CT whose tumour was boxed by radiologists: for each annotated slice the overlap (IoU) of the
 * annotated box and the box round our contour, and the volume that lies outside all boxes. A weak reference: measured and
 * reported as it is. Run: npm run bench real-ct-boxes [folder with ct-soft, ct-sharp and boxes] [model]
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { table } from "../src/cli/output.ts";
import { silentProgress } from "../src/core/progress.ts";
import { voxelVolumeCc } from "../src/geometry/grid.ts";
import { maskSlice, volumeCc } from "../src/geometry/mask.ts";
import { loadModel, shippedModel } from "../src/node/load-model.ts";
import { readCtFolder } from "../src/node/read-ct-folder.ts";
import { toMask } from "../src/segment/clean-up.ts";
import { predictVolume } from "../src/segment/segment-volume.ts";

/** Pixel columns and rows, both ends included. */
type Box = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };

const patient = process.argv[2] ?? join(import.meta.dirname, "../../shared/data/lung-dx-a0001");
const model = await loadModel(process.argv[3] ?? shippedModel);

async function readBoxes(folder: string): Promise<Map<string, Box>> {
  const boxes = new Map<string, Box>();
  for (const name of await readdir(folder)) {
    const xml = await readFile(join(folder, name), "utf8");
    const value = (tag: string): number => Number(new RegExp(`<${tag}>(\\d+)</${tag}>`).exec(xml)?.[1]);
    boxes.set(name.replace(/\.xml$/, ""), {
      x0: value("xmin"),
      y0: value("ymin"),
      x1: value("xmax"),
      y1: value("ymax"),
    });
  }
  return boxes;
}

function boxOf(slice: Uint8Array, width: number): Box | undefined {
  const box = { x0: width, y0: Number.POSITIVE_INFINITY, x1: -1, y1: -1 };
  slice.forEach((value, index) => {
    if (value === 0) return;
    const [x, y] = [index % width, Math.floor(index / width)];
    Object.assign(box, {
      x0: Math.min(box.x0, x),
      y0: Math.min(box.y0, y),
      x1: Math.max(box.x1, x),
      y1: Math.max(box.y1, y),
    });
  });
  return box.x1 < 0 ? undefined : box;
}

const area = (box: Box): number => Math.max(0, box.x1 - box.x0 + 1) * Math.max(0, box.y1 - box.y0 + 1);

function iou(a: Box, b: Box | undefined): number {
  if (b === undefined) return 0;
  const both = area({
    x0: Math.max(a.x0, b.x0),
    y0: Math.max(a.y0, b.y0),
    x1: Math.min(a.x1, b.x1),
    y1: Math.min(a.y1, b.y1),
  });
  return both / (area(a) + area(b) - both);
}

const boxes = await readBoxes(join(patient, "boxes"));
const columns = await Promise.all(
  ["ct-soft", "ct-sharp"].map(async (series) => {
    const ct = await readCtFolder(join(patient, series));
    const confidence = await predictVolume(ct, model, { batch: 4, progress: silentProgress });
    const { mask } = toMask(confidence, "largest");
    const [width] = ct.grid.size;
    const rows = new Map<number, number>();
    let outside = 0;
    ct.slices.forEach(({ sopInstanceUid }, k) => {
      const slice = maskSlice(mask, k);
      const box = boxes.get(sopInstanceUid);
      if (box !== undefined) rows.set(k, iou(box, boxOf(slice, width)));
      slice.forEach((value, index) => {
        const [x, y] = [index % width, Math.floor(index / width)];
        const within = box !== undefined && x >= box.x0 && x <= box.x1 && y >= box.y0 && y <= box.y1;
        if (value === 1 && !within) outside++;
      });
    });
    const values = [...rows.values()];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { series, rows, volume: volumeCc(mask), outsideCc: outside * voxelVolumeCc(ct.grid), mean };
  }),
);
const slices = [...new Set(columns.flatMap(({ rows }) => [...rows.keys()]))].sort((a, b) => a - b);
const cells = slices.map((k) => [
  String(k),
  ...columns.map(({ rows }) => rows.get(k)?.toFixed(3) ?? "no box"),
]);
cells.push(["mean", ...columns.map(({ mean }) => mean.toFixed(3))]);
cells.push(["GTV cc", ...columns.map(({ volume }) => volume.toFixed(1))]);
cells.push(["cc outside all boxes", ...columns.map(({ outsideCc }) => outsideCc.toFixed(1))]);
process.stdout.write(`${table(["slice", ...columns.map(({ series }) => `IoU ${series}`)], cells)}\n`);
