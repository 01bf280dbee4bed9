/**
 * One synthetic patient on a real background: of a CT a block of slices round one inserted tumour, of slices that stand alone a
 * stack of copies, most with a section of a tumour, some with none. Volumes spread evenly over their logarithm on either
 * side of 30 cc, half of the tumours above it.
 */
import { patientPoint } from "#core/coordinates.ts";
import type { Random } from "#core/random.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { type Inserted, type InsertedTumour, insertInto } from "./insert.ts";
import { type InsertContact, insertContacts } from "./place-tumour.ts";
import type { RealThorax } from "./real-thorax.ts";

type InsertedPatient = CtImage & {
  readonly gtv: Mask;
  /** What was inserted: one for the block, or one for each slice that has something. */
  readonly inserted: readonly InsertNote[];
};

type InsertNote = {
  /** First slice of the patient's that it stands in. */
  readonly slice: number;
  readonly tumour: InsertedTumour | undefined;
  readonly findings: readonly string[];
};

export const insertVolumesCc = { lowest: 1, middle: 30, highest: 600 } as const;
const contactWeights: Readonly<Record<InsertContact, number>> = {
  none: 24,
  wall: 20,
  mediastinum: 16,
  hilum: 17,
  aorta: 15,
  diaphragm: 8,
};
/** Copies of the single slices, as many of each as give about a CT's number, and the part of them with a tumour. */
const stackSlices = 24;
const mostCopies = 10;
const withTumour = 0.78;
/** Slices without tumour on either side of a block. */
const margin = { fewest: 2, more: 7 } as const;
const tries = 12;
const singleSliceMm = 3;

/** Undefined where no tumour finds a place in any run, or no run has lungs. Runs of one slice stand alone. */
export function insertPatient(all: readonly RealThorax[], random: Random): InsertedPatient | undefined {
  const runs = all.filter(({ inLung }) => inLung.length > 0);
  if (runs.length === 0) return undefined;
  const blocks = runs.filter(({ layers }) => layers > 1);
  return blocks.length > 0 ? insertBlock(blocks, random) : insertSlices(runs, random);
}

function insertBlock(runs: readonly RealThorax[], random: Random): InsertedPatient | undefined {
  const first = random.fork("run").pick(
    runs,
    runs.map(({ layers }) => layers),
  );
  // A run through the apices has no room for most tumours: the others are tried then, the longest first.
  const others = runs.filter((run) => run !== first).sort((a, b) => b.layers - a.layers);
  for (const run of [first, ...others]) {
    const insertion = tryToInsert(run, random);
    if (insertion !== undefined) return cutBlock(run, insertion, random.fork("ends"));
  }
  return undefined;
}

/** The tumour's slices with some on either side. */
function cutBlock(run: RealThorax, insertion: Inserted, ends: Random): InsertedPatient {
  const area = run.size * run.size;
  const tumourSlices = [...Array(run.layers).keys()].filter((k) =>
    insertion.gtv.data.subarray(k * area, (k + 1) * area).includes(1),
  );
  const from = Math.max(0, tumourSlices[0] - margin.fewest - ends.integer(margin.more));
  const last = tumourSlices[tumourSlices.length - 1];
  const to = Math.min(run.layers, last + 1 + margin.fewest + ends.integer(margin.more));
  const { grid } = run.ct;
  const [x, y, z] = grid.origin;
  const block = {
    ...grid,
    size: [run.size, run.size, to - from] as const,
    origin: patientPoint(x, y, z + from * run.layerMm),
  };
  return {
    grid: block,
    hu: insertion.hu.slice(from * area, to * area),
    gtv: { grid: block, data: insertion.gtv.data.slice(from * area, to * area) },
    inserted: [{ slice: tumourSlices[0] - from, tumour: insertion.tumour, findings: insertion.findings }],
  };
}

function insertSlices(slices: readonly RealThorax[], random: Random): InsertedPatient | undefined {
  const stack: { readonly hu: Int16Array; readonly mask: Uint8Array }[] = [];
  const inserted: InsertNote[] = [];
  const copies = Math.min(mostCopies, Math.ceil(stackSlices / slices.length));
  for (const [index, slice] of slices.entries()) {
    for (let copy = 0; copy < copies; copy++) {
      const copyRandom = random.fork(`slice-${index}-${copy}`);
      const wanted = copyRandom.fork("whether").next() < withTumour;
      const insertion =
        (wanted ? tryToInsert(slice, copyRandom) : undefined) ?? insertInto(slice, undefined, copyRandom);
      if (insertion === undefined) continue;
      const nothing = insertion.tumour === undefined && insertion.findings.length === 0;
      if (!nothing)
        inserted.push({ slice: stack.length, tumour: insertion.tumour, findings: insertion.findings });
      stack.push({ hu: insertion.hu, mask: insertion.gtv.data });
    }
  }
  if (!inserted.some(({ tumour }) => tumour !== undefined)) return undefined;
  const [{ size, pixelMm }] = slices;
  const area = size * size;
  // The slices' heights are not known and they are no neighbours: evenly spaced, so that the stack is a volume to read.
  const grid = createGrid(
    [size, size, stack.length],
    [pixelMm, pixelMm, singleSliceMm],
    patientPoint(-((size - 1) / 2) * pixelMm, -((size - 1) / 2) * pixelMm, 0),
  );
  const hu = new Int16Array(area * stack.length);
  const data = new Uint8Array(hu.length);
  for (const [k, slice] of stack.entries()) {
    hu.set(slice.hu, k * area);
    data.set(slice.mask, k * area);
  }
  return { grid, hu, gtv: { grid, data }, inserted };
}

/** Other contacts and smaller volumes are tried where there is no room for what was drawn. */
function tryToInsert(thorax: RealThorax, random: Random): Inserted | undefined {
  const drawn = random.fork("plan");
  let volumeCc = drawVolumeCc(drawn);
  for (let attempt = 0; attempt < tries; attempt++) {
    const contact = drawn.pick(
      insertContacts,
      insertContacts.map((name) => contactWeights[name]),
    );
    const insertion = insertInto(thorax, { volumeCc, contact }, random.fork(`try-${attempt}`));
    if (insertion !== undefined) return insertion;
    if (attempt % 3 === 2) volumeCc = Math.max(insertVolumesCc.lowest, volumeCc * 0.5);
  }
  return undefined;
}

function drawVolumeCc(random: Random): number {
  const { lowest, middle, highest } = insertVolumesCc;
  const [low, high] = random.next() < 0.5 ? [lowest, middle] : [middle, highest];
  return low * (high / low) ** random.next();
}
