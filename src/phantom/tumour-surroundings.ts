/**
 * What stands round a tumour and is no part of the GTV: spicules, vessels that run into it, a halo, collapsed lung behind
 * it. Works in any thorax of which the lungs, the lobes and the fissures are known, drawn or real.
 */
import type { Random } from "#core/random.ts";
import { type Canvas, type Distance, type Point, paint, paintCapsule, paintPath } from "./canvas.ts";
import type { ThoraxShape } from "./thorax/thorax-shape.ts";
import type { Tumour } from "./tumour.ts";
import { createNoise, smoothStep } from "./value-noise.ts";

/** What lungs are known by. */
export type LungSpace = Pick<ThoraxShape, "lung" | "lobe" | "fissure">;

/** Strands that stand out from the surface into the lung. */
export function paintSpicules(
  canvas: Canvas,
  shape: Pick<LungSpace, "lung">,
  tumour: Tumour,
  random: Random,
): void {
  const { centre, radiusMm, distance } = tumour;
  const count = 10 + random.integer(30);
  for (let spicule = 0; spicule < count; spicule++) {
    const direction: Point = [random.normal(), random.normal(), random.normal()];
    const norm = Math.hypot(...direction);
    const at = (r: number): Point => [
      centre[0] + (direction[0] / norm) * r,
      centre[1] + (direction[1] / norm) * r,
      centre[2] + (direction[2] / norm) * r,
    ];
    let r = radiusMm * 0.4;
    while (r < tumour.reachMm && distance(...at(r)) < 0) r += 1;
    // Now and then one reaches the pleura and draws it in.
    const end = at(r + (random.next() < 0.12 ? random.uniform(16, 35) : random.uniform(4, 16)));
    if (shape.lung(...end) < 0)
      paintCapsule(
        canvas,
        { from: at(r - 2), to: end, radiusFrom: random.uniform(0.8, 1.8), radiusTo: 0.4 },
        10,
      );
  }
}

/** Collapsed lung behind the tumour, a wedge from it towards the pleura, with air left in some bronchi. */
export function paintAtelectasis(
  {
    canvas,
    shape,
    contrast,
  }: { readonly canvas: Canvas; readonly shape: LungSpace; readonly contrast: number },
  { centre, radiusMm }: Pick<Tumour, "centre" | "radiusMm">,
  random: Random,
): void {
  const noise = createNoise(random);
  const outward: Point = [
    Math.sign(centre[0]) * random.uniform(0.4, 1),
    random.uniform(-0.2, 1),
    random.uniform(-0.7, 0.5),
  ];
  const norm = Math.hypot(...outward);
  const opening = random.uniform(0.35, 0.75);
  const length = radiusMm + random.uniform(20, 60);
  const lobe = shape.lobe(...centre);
  const distance: Distance = (x, y, z) => {
    const [dx, dy, dz] = [x - centre[0], y - centre[1], z - centre[2]];
    const along = (dx * outward[0] + dy * outward[1] + dz * outward[2]) / norm;
    const across = Math.sqrt(Math.max(0, dx * dx + dy * dy + dz * dz - along * along));
    const wedge = across - radiusMm * 0.5 - Math.max(0, along) * opening + 5 * noise(x / 14, y / 14, z / 14);
    const inLobe = shape.lobe(x, y, z) === lobe ? 0 : shape.fissure(x, y, z);
    return Math.max(wedge, -along, along - length, shape.lung(x, y, z) - 0.5, inLobe - 0.1);
  };
  const reach = length * 1.3 + radiusMm;
  const box = {
    low: [centre[0] - reach, centre[1] - reach, centre[2] - reach] as const,
    high: [centre[0] + reach, centre[1] + reach, centre[2] + reach] as const,
  };
  const hu = 38 + contrast * 70;
  paint(canvas, { ...box, distance, softMm: canvas.pixelMm * 2.5 }, (before, x, y, z) =>
    before < -940 && noise(x / 8, y / 8, z / 8) > 0 ? before : hu + 12 * noise(x / 5, y / 5, z / 5),
  );
}

/** Vessels from the surface towards the hilum, bent and tapering away from the tumour. */
export function paintFeedingVessels(
  {
    canvas,
    shape,
    bloodHu,
  }: { readonly canvas: Canvas; readonly shape: Pick<LungSpace, "lung">; readonly bloodHu: number },
  { centre, radiusMm, distance, reachMm }: Tumour,
  hilum: Point,
  random: Random,
): void {
  const count = random.integer(4);
  for (let vessel = 0; vessel < count; vessel++) {
    const heading = [0, 1, 2].map((axis) => hilum[axis] - centre[axis] + random.normal(0, 25));
    const norm = Math.hypot(...heading);
    let r = radiusMm * 0.3;
    const at = (mm: number): Point => [
      centre[0] + (heading[0] / norm) * mm,
      centre[1] + (heading[1] / norm) * mm,
      centre[2] + (heading[2] / norm) * mm,
    ];
    while (r < reachMm && distance(...at(r)) < 0) r += 1;
    const points: Point[] = [at(r - 2)];
    const bend = [random.normal(0, 2), random.normal(0, 2), random.normal(0, 1)];
    for (let step = 1; step <= 5; step++) {
      const [x, y, z] = at(r + 7 * step);
      const next: Point = [x + bend[0] * step, y + bend[1] * step, z + bend[2] * step];
      if (shape.lung(...next) > 0) break;
      points.push(next);
    }
    const radius = random.uniform(0.9, 2.4);
    paintPath(canvas, points, (t) => radius * (1 - 0.5 * t), bloodHu);
  }
}

/** Ground glass that fades out round the tumour, as bleeding and inflammation do. */
export function paintHalo(
  canvas: Canvas,
  shape: Pick<LungSpace, "lung">,
  { centre, distance, reachMm }: Tumour,
  random: Random,
): void {
  const noise = createNoise(random.fork("noise"));
  const width = random.uniform(4, 14);
  const density = random.uniform(0.12, 0.4);
  const reach = reachMm + width;
  const box = {
    low: [centre[0] - reach, centre[1] - reach, centre[2] - reach] as const,
    high: [centre[0] + reach, centre[1] + reach, centre[2] + reach] as const,
  };
  const bound: Distance = (x, y, z) => Math.max(distance(x, y, z) - width, shape.lung(x, y, z));
  paint(canvas, { ...box, distance: bound }, (before, x, y, z) => {
    const fading = smoothStep(width, 0, distance(x, y, z) + 4 * noise(x / 8, y / 8, z / 8));
    return before + density * fading * Math.max(0, 20 - before);
  });
}
