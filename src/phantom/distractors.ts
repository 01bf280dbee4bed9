/**
 * What looks like a tumour and is none, painted into lungs: consolidation with open bronchi, collapsed lung along the
 * mediastinum, fluid behind the lung, scars, inflammation. The lung findings of phantoms (lung-findings.ts) are among them.
 */
import { norm } from "#core/coordinates.ts";
import type { Random } from "#core/random.ts";
import { type Canvas, type Distance, type Point, paint } from "./canvas.ts";
import type { LungSpace } from "./tumour-surroundings.ts";
import { createNoise, smoothStep } from "./value-noise.ts";

export type Lungs = {
  readonly canvas: Canvas;
  readonly shape: LungSpace;
  /** Enhancement, 0 to 1. */
  readonly contrast: number;
  /** Nothing is painted where this is negative: the tumour with what must stay free round it. */
  readonly keepOut: Distance;
};

const smallPatchMm = 24;
/** Farther outside than any edge here is soft. */
const outsideMm = 6;

/** Filled air spaces from a place outwards to the pleura: soft tissue with open bronchi and borders that fade. */
export function paintConsolidation(lungs: Lungs, from: Point, random: Random): void {
  const { canvas, shape, keepOut } = lungs;
  const noise = createNoise(random.fork("noise"));
  const radius = random.pick([random.uniform(10, 25), random.uniform(20, 55)]);
  const stretch: Point = [random.uniform(0.7, 1.4), random.uniform(0.7, 1.4), random.uniform(0.8, 1.5)];
  const fading = random.uniform(3, 14);
  const hu = random.uniform(15, 50) + lungs.contrast * random.uniform(0, 40);
  // A small dense patch on one slice cannot be told from a tumour by anyone: small ones are hazy, dense ones show bronchi.
  const small = radius < smallPatchMm;
  const filled = small ? random.uniform(0.3, 0.7) : random.pick([1, random.uniform(0.5, 0.9)], [2, 1]);
  const bronchi = !small || random.next() < 0.5 ? random.uniform(0.08, 0.17) : 0;
  const lobe = shape.lobe(...from);
  const distance: Distance = (x, y, z) => {
    const lung = shape.lung(x, y, z);
    if (lung > outsideMm) return lung;
    const r = norm((x - from[0]) / stretch[0], (y - from[1]) / stretch[1], (z - from[2]) / stretch[2]);
    const ragged = 0.35 * radius * noise(x / 16, y / 16, z / 16) + 3 * noise(x / 5, y / 5, z / 5);
    const inLobe = shape.lobe(x, y, z) === lobe ? -1e3 : shape.fissure(x, y, z) - 0.1;
    return Math.max(r - radius + ragged, lung - 0.3, inLobe, -keepOut(x, y, z));
  };
  paint(canvas, { ...ball(from, radius * 2.1), distance }, (before, x, y, z) => {
    const depth = smoothStep(0, fading, -distance(x, y, z) + Math.max(0, shape.lung(x, y, z) + fading));
    // Where two smooth noises are both near zero lie curves in space: bronchi that stayed open.
    const tube = norm(noise(x / 17 + 50, y / 17, z / 17), noise(x / 17, y / 17 + 90, z / 17));
    const open = bronchi > 0 ? smoothStep(bronchi, bronchi * 0.6, tube) : 0;
    const tissue = hu + 10 * noise(x / 5, y / 5 + 7, z / 5);
    const uneven = filled < 1 ? Math.min(1, filled * (1 + 0.45 * noise(x / 12, y / 12 + 20, z / 12))) : 1;
    return before + depth * uneven * (1 - 0.9 * open) * Math.max(0, tissue - before);
  });
}

/** Fluid that lies lowest: behind a level, with a meniscus up the chest wall. */
export function paintEffusion(lungs: Lungs, backY: number, side: 1 | -1, random: Random): void {
  const { canvas, shape, keepOut } = lungs;
  const level = backY - random.pick([random.uniform(8, 25), random.uniform(20, 70)]);
  const meniscus = random.uniform(10, 35);
  const hu = random.uniform(0, 22);
  const noise = createNoise(random.fork("noise"));
  const reach = 0.5 * canvas.size * canvas.pixelMm;
  const distance: Distance = (x, y, z) => {
    const lung = shape.lung(x, y, z);
    if (Math.sign(x) !== side || lung > outsideMm || y < level - meniscus - 10) return outsideMm;
    const upper = level - meniscus * Math.exp(Math.min(0, lung) / 9) + 3 * noise(x / 25, y / 25, z / 25);
    return Math.max(lung - 0.5, (upper - y) * 0.8, -keepOut(x, y, z));
  };
  const low: Point = [side > 0 ? 0 : -reach, -reach, canvas.firstZ - 1];
  const high: Point = [side > 0 ? reach : 0, reach, canvas.firstZ + canvas.layers * canvas.layerMm];
  paint(canvas, { low, high, distance, softMm: canvas.pixelMm * 2 }, hu);
}

/** A plate or band of fibrosis with lung drawn in, from the pleura inwards: benign, and no nodule. */
export function paintBand(lungs: Lungs, from: Point, random: Random): void {
  const { canvas, shape, keepOut } = lungs;
  const noise = createNoise(random.fork("noise"));
  const normal = [random.normal(), random.normal(), random.normal(0, 0.5)];
  const length = Math.hypot(...normal);
  const thick = random.uniform(0.8, 3.2);
  const radius = random.uniform(10, 35);
  const distance: Distance = (x, y, z) => {
    const [dx, dy, dz] = [x - from[0], y - from[1], z - from[2]];
    if (shape.lung(x, y, z) > outsideMm) return outsideMm;
    const across = Math.abs(dx * normal[0] + dy * normal[1] + dz * normal[2]) / length;
    const wavy = 2.5 * noise(x / 14, y / 14, z / 14);
    const r = norm(dx, dy, dz);
    const taper = thick * (1 - 0.7 * Math.min(1, r / radius));
    return Math.max(Math.abs(across + wavy) - taper, r - radius, shape.lung(x, y, z), -keepOut(x, y, z));
  };
  const hu = random.uniform(-250, 45);
  paint(canvas, { ...ball(from, radius), distance, softMm: canvas.pixelMm * 1.8 }, (before) =>
    Math.max(before, hu),
  );
}

/** A small nodule, calcified throughout: benign by what it is made of. */
export function paintGranuloma({ canvas, shape, keepOut }: Lungs, at: Point, random: Random): void {
  const radius = random.uniform(1.5, 4);
  const distance: Distance = (x, y, z) =>
    Math.max(norm(x - at[0], y - at[1], z - at[2]) - radius, shape.lung(x, y, z), -keepOut(x, y, z));
  paint(canvas, { ...ball(at, radius), distance, softMm: canvas.pixelMm * 1.5 }, random.uniform(350, 900));
}

function ball(middle: Point, radius: number): { readonly low: Point; readonly high: Point } {
  const [x, y, z] = middle;
  return {
    low: [x - radius, y - radius, z - radius],
    high: [x + radius, y + radius, z + radius],
  };
}
