/** Radiologists' boxes of a tumour on a real CT, and what a contour is worth against them. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Mask, maskSlice, volumeCc } from "#geometry/mask.ts";

/** Pixel columns and rows, both ends included. */
export type Box = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
/** By slice index. */
export type Boxes = ReadonlyMap<number, Box>;

/** The boxes of a folder by SOP instance UID: one XML a slice. */
export async function readBoxes(folder: string): Promise<Map<string, Box>> {
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

/** By slice index; slices without a box are not in it. */
export function placeBoxes(
  slices: readonly { readonly sopInstanceUid: string }[],
  byUid: ReadonlyMap<string, Box>,
): Boxes {
  return new Map(
    slices.flatMap(({ sopInstanceUid }, k) => {
      const box = byUid.get(sopInstanceUid);
      return box === undefined ? [] : [[k, box] as const];
    }),
  );
}

export type BoxAgreement = {
  /** IoU of the annotated box and the box round the contour, by annotated slice. */
  readonly rows: ReadonlyMap<number, number>;
  /** Mean over the annotated slices. */
  readonly mean: number;
  readonly volumeCc: number;
  /** Part of the contour's volume that lies outside all boxes. */
  readonly outside: number;
};

export function compareWithBoxes(mask: Mask, boxes: Boxes): BoxAgreement {
  const [width, , slices] = mask.grid.size;
  const rows = new Map<number, number>();
  let [outside, all] = [0, 0];
  for (let k = 0; k < slices; k++) {
    const slice = maskSlice(mask, k);
    const box = boxes.get(k);
    if (box !== undefined) rows.set(k, iou(box, boxOf(slice, width)));
    slice.forEach((value, index) => {
      if (value === 0) return;
      const [x, y] = [index % width, Math.floor(index / width)];
      all++;
      if (box === undefined || x < box.x0 || x > box.x1 || y < box.y0 || y > box.y1) outside++;
    });
  }
  const values = [...rows.values()];
  return {
    rows,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    volumeCc: volumeCc(mask),
    outside: all === 0 ? 0 : outside / all,
  };
}

function boxOf(slice: Uint8Array, width: number): Box | undefined {
  let [x0, y0, x1, y1] = [width, Number.POSITIVE_INFINITY, -1, -1];
  slice.forEach((value, index) => {
    if (value === 0) return;
    const [x, y] = [index % width, Math.floor(index / width)];
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  });
  return x1 < 0 ? undefined : { x0, y0, x1, y1 };
}

const area = (box: Box): number => Math.max(0, box.x1 - box.x0 + 1) * Math.max(0, box.y1 - box.y0 + 1);

function iou(a: Box, b: Box | undefined): number {
  if (b === undefined) return 0;
  const overlap = area({
    x0: Math.max(a.x0, b.x0),
    y0: Math.max(a.y0, b.y0),
    x1: Math.min(a.x1, b.x1),
    y1: Math.min(a.y1, b.y1),
  });
  return overlap / (area(a) + area(b) - overlap);
}
