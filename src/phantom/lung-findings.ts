/**
 * What lungs show besides the tumour and must not be contoured: scars and plates of collapsed lung, caps of the apices,
 * the dense lung that lies lowest, patches of inflammation, small nodules, some of them calcified. Nothing of it comes
 * near the tumour, so that the tumour's outline stays the truth.
 */
import { norm } from "#core/coordinates.ts";
import type { Random } from "#core/random.ts";
import type { BodyPlan } from "./body-plan.ts";
import { type Canvas, type Distance, type Point, paint, paintEllipsoid, paintPath } from "./canvas.ts";
import { paintBand, paintConsolidation, paintEffusion } from "./distractors.ts";
import type { ThoraxShape } from "./thorax/thorax-shape.ts";
import type { Tumour } from "./tumour.ts";
import { createNoise, smoothStep } from "./value-noise.ts";

/** Millimetres from the tumour's surface in which no finding begins. */
const keepAwayMm = 10;

type Scene = {
  readonly canvas: Canvas;
  readonly plan: BodyPlan;
  readonly shape: ThoraxShape;
  readonly tumour: Tumour;
};

export function paintLungFindings(scene: Scene, random: Random): void {
  paintNodules(scene, random.fork("nodules"));
  paintScars(scene, random.fork("scars"));
  paintDependentDensity(scene, random.fork("dependent"));
  paintApicalCaps(scene, random.fork("caps"));
  paintPatches(scene, random.fork("patches"));
}

/** Of the wide variety: consolidation, bands and fluid, larger than the findings above and as dense as tumours. */
export function paintLookalikes(
  { canvas, plan, shape }: Omit<Scene, "tumour">,
  tumour: Tumour,
  random: Random,
): void {
  const keepOut: Distance = (x, y, z) => tumour.distance(x, y, z) - keepAwayMm;
  const lungs = { canvas, shape, contrast: plan.contrast, keepOut };
  const where = random.fork("where");
  const consolidation = placeInLung({ canvas, plan, shape, tumour }, where, 2);
  if (where.next() < 0.25 && consolidation !== undefined)
    paintConsolidation(lungs, consolidation, random.fork("consolidation"));
  const band = placeInLung({ canvas, plan, shape, tumour }, where, 1);
  if (where.next() < 0.25 && band !== undefined) paintBand(lungs, band, random.fork("band"));
  if (plan.effusion === 0 && where.next() < 0.08)
    paintEffusion(lungs, plan.cavityY, where.pick([1, -1] as const), random.fork("fluid"));
}

/** A random place at least `depth` inside the lung and away from the tumour; none if a few tries find none. */
function placeInLung({ plan, shape, tumour }: Scene, random: Random, depth: number): Point | undefined {
  for (let attempt = 0; attempt < 20; attempt++) {
    const point: Point = [
      random.uniform(-plan.cavityX, plan.cavityX),
      random.uniform(-plan.cavityY, plan.cavityY),
      random.uniform(plan.baseZ, plan.apexZ),
    ];
    if (shape.lung(...point) < -depth && tumour.distance(...point) > depth + keepAwayMm) return point;
  }
  return undefined;
}

/** Smaller than any tumour of the cohorts. */
function paintNodules(scene: Scene, random: Random): void {
  const count = random.next() < 0.4 ? 1 + random.integer(3) : 0;
  for (let nodule = 0; nodule < count; nodule++) {
    const radius = random.uniform(1.5, 3.5);
    const middle = placeInLung(scene, random, radius);
    const hu = random.next() < 0.4 ? 350 : 20;
    if (middle !== undefined) paintEllipsoid(scene.canvas, middle, [radius, radius, radius], hu);
  }
}

/** Strands, and plates of collapsed lung: chains of capsules through the lung, often towards the pleura. */
function paintScars(scene: Scene, random: Random): void {
  const { canvas, plan, shape, tumour } = scene;
  const count = random.next() < 0.5 ? 0 : 1 + random.integer(4);
  for (let scar = 0; scar < count; scar++) {
    const start = placeInLung(scene, random, 2);
    if (start === undefined) continue;
    const heading: Point = [random.normal(), random.normal(), random.normal(0, 0.4)];
    const step = random.uniform(14, 40) / 4 / Math.hypot(...heading);
    const points: Point[] = [start];
    for (let bend = 1; bend <= 4; bend++) {
      const last = points[bend - 1];
      const next: Point = [
        last[0] + heading[0] * step + random.normal(0, 1.5),
        last[1] + heading[1] * step + random.normal(0, 1.5),
        last[2] + heading[2] * step + random.normal(0, 1.5),
      ];
      if (shape.lung(...next) > 0 || tumour.distance(...next) < keepAwayMm) break;
      points.push(next);
    }
    const thick = random.uniform(0.8, 2.6);
    const plate = random.next() < 0.4 ? 1 + random.integer(6) : 1;
    for (let sheet = 0; sheet < plate; sheet++) {
      const lifted = points.map(([x, y, z]): Point => [x, y, z + sheet * thick * 1.3]);
      paintPath(canvas, lifted, (t) => thick * (1 - 0.5 * t), random.uniform(-250, plan.muscleHu));
    }
  }
}

/** Lung that lies lowest is denser: a seam along the back, in half of the patients hardly any. */
function paintDependentDensity({ canvas, plan, shape, tumour }: Scene, random: Random): void {
  if (random.next() < 0.55) return;
  const noise = createNoise(random.fork("noise"));
  const depth = random.uniform(3, 16);
  const dense = random.uniform(-550, -60);
  const top = random.uniform(plan.baseZ + 60, plan.apexZ - 40);
  const box = {
    low: [-plan.cavityX, plan.cavityY * 0.25, plan.baseZ - 40] as const,
    high: [plan.cavityX, plan.cavityY * 1.2, top] as const,
  };
  const seam = (x: number, y: number, z: number): number => {
    const wall = -shape.cavity(x, y, z);
    const reach = depth * (0.6 + 0.9 * noise(x / 30, y / 30, z / 40)) * smoothStep(top, top - 50, z);
    const behind = plan.cavityY * 0.4 - y;
    return Math.max(wall - reach, behind, shape.lung(x, y, z), keepAwayMm / 2 - tumour.distance(x, y, z));
  };
  paint(canvas, { ...box, distance: seam, softMm: 5 }, (before) => Math.max(before, dense));
}

/** Thickened pleura over the apices. */
function paintApicalCaps({ canvas, plan, shape, tumour }: Scene, random: Random): void {
  if (random.next() < 0.65) return;
  const noise = createNoise(random.fork("noise"));
  const thick = random.uniform(2, 9);
  const box = {
    low: [-plan.cavityX, -plan.cavityY, plan.apexZ - 60] as const,
    high: [plan.cavityX, plan.cavityY, plan.apexZ + 20] as const,
  };
  const cap = (x: number, y: number, z: number): number => {
    const lung = shape.lung(x, y, z);
    const reach =
      thick * (0.5 + noise(x / 16, y / 16, z / 16)) * smoothStep(plan.apexZ - 50, plan.apexZ - 15, z);
    return Math.max(lung, -lung - reach, keepAwayMm / 2 - tumour.distance(x, y, z));
  };
  paint(canvas, { ...box, distance: cap, softMm: 3 }, plan.muscleHu - 20);
}

/** Ground glass and small consolidations with ragged borders; lung shows through them. */
function paintPatches(scene: Scene, random: Random): void {
  const { canvas, shape, tumour } = scene;
  const count = random.next() < 0.65 ? 0 : 1 + random.integer(3);
  for (let patch = 0; patch < count; patch++) {
    const noise = createNoise(random.fork(patch));
    const middle = placeInLung(scene, random, 3);
    if (middle === undefined) continue;
    const radius = random.uniform(6, 22);
    const density = random.uniform(0.15, 0.6);
    const box = {
      low: [middle[0] - radius * 1.6, middle[1] - radius * 1.6, middle[2] - radius * 1.6] as const,
      high: [middle[0] + radius * 1.6, middle[1] + radius * 1.6, middle[2] + radius * 1.6] as const,
    };
    const ragged = (x: number, y: number, z: number): number => {
      const r = norm(x - middle[0], y - middle[1], z - middle[2]);
      const edge = r - radius * (1 + 0.5 * noise(x / 11, y / 11, z / 11));
      return Math.max(edge, shape.lung(x, y, z), keepAwayMm - tumour.distance(x, y, z));
    };
    paint(
      canvas,
      { ...box, distance: ragged, softMm: 8 },
      (before, x, y, z) =>
        before + Math.max(0, density * (0.8 + 0.5 * noise(x / 5, y / 5, z / 5))) * (0 - before),
    );
  }
}
