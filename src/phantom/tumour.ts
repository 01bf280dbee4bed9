/**
 * A primary tumour in its lobe: a lobulated body bent by noise, of the drawn volume, free in the lung or against the
 * chest wall or the mediastinum; spicules, necrosis, and atelectasis beside it. The GTV is the body of the tumour, without
 * spicules and without the collapsed lung.
 */
import type { Random } from "../core/random.ts";
import type { BodyPlan } from "./body-plan.ts";
import { type Canvas, type Distance, type Point, paint, paintCapsule } from "./canvas.ts";
import { isLeft, type TumourPlan } from "./table1.ts";
import type { ThoraxShape } from "./thorax-shape.ts";
import { createNoise, smoothStep } from "./value-noise.ts";

export type Tumour = {
  readonly centre: Point;
  readonly radiusMm: number;
  readonly distance: Distance;
  /** No part of the tumour is farther from the centre. */
  readonly reachMm: number;
  readonly spiculated: boolean;
  readonly necrotic: boolean;
  readonly atelectasis: boolean;
  /** Ground glass around a small solid part or none; it belongs to the GTV. */
  readonly subsolid: boolean;
};

/** How far a tumour grows into what it touches. */
const invasionMm = 2;

export function placeTumour(
  plan: BodyPlan,
  shape: ThoraxShape,
  tumour: TumourPlan,
  subsolidPart: number,
  random: Random,
): Tumour {
  const radiusMm = Math.cbrt((tumour.volumeCc * 1000 * 3) / (4 * Math.PI));
  const centre = findCentre(plan, shape, tumour, radiusMm, random.fork("centre"));
  const noise = createNoise(random.fork("surface"));
  const lobulation = random.uniform(0.08, 0.34);
  const stretch: Point = [random.uniform(0.8, 1.25), random.uniform(0.8, 1.25), random.uniform(0.8, 1.3)];
  // Ragged margins: notches of a few millimetres, half of the tumours hardly have any.
  const ragged = random.fork("ragged");
  const raggedMm = Math.min(0.18 * radiusMm, ragged.pick([0.8, ragged.uniform(0.8, 3.5)]));
  const grainMm = ragged.uniform(2.5, 6);

  function distanceAt(radius: number): Distance {
    return (x, y, z) => {
      const [dx, dy, dz] = [
        (x - centre[0]) / stretch[0],
        (y - centre[1]) / stretch[1],
        (z - centre[2]) / stretch[2],
      ];
      const r = Math.hypot(dx, dy, dz);
      if (r > radius * 1.8 + 4) return r - radius * 1.8;
      const unit = 1.6 / Math.max(r, 1e-6);
      const bumps =
        noise(dx * unit + 5, dy * unit, dz * unit) +
        0.45 * noise(dx * unit * 2.3, dy * unit * 2.3, dz * unit * 2.3 + 9);
      const surface =
        r - radius * (1 + lobulation * bumps) + raggedMm * noise(x / grainMm, y / grainMm, z / grainMm);
      return Math.max(surface, shape.lung(x, y, z) - invasionMm);
    };
  }

  // What the lung's borders cut off is made up for: the radius that gives the drawn volume.
  let low = radiusMm * 0.5;
  let high = radiusMm * 2.2;
  for (let round = 0; round < 12; round++) {
    const middle = (low + high) / 2;
    if (volumeCc(distanceAt(middle), centre, middle * 2.4) < tumour.volumeCc) low = middle;
    else high = middle;
  }
  return {
    centre,
    radiusMm: low,
    distance: distanceAt(low),
    reachMm: low * 2.4,
    spiculated: random.next() < 0.45,
    necrotic: radiusMm > 15 && random.next() < 0.35,
    atelectasis: radiusMm > 12 && random.next() < 0.22,
    subsolid: tumour.contact === "none" && random.fork("subsolid").next() < subsolidPart,
  };
}

/** Volume inside, by sampling on 40 points an axis. */
function volumeCc(distance: Distance, centre: Point, reach: number): number {
  const steps = 40;
  const step = (2 * reach) / steps;
  let count = 0;
  for (let k = 0; k < steps; k++) {
    for (let j = 0; j < steps; j++) {
      for (let i = 0; i < steps; i++) {
        const at = (axis: number, index: number): number => centre[axis] - reach + (index + 0.5) * step;
        if (distance(at(0, i), at(1, j), at(2, k)) < 0) count++;
      }
    }
  }
  return (count * step ** 3) / 1000;
}

/** The best of many random places in the lobe: its distances to wall and mediastinum fit the contact that was drawn. */
function findCentre(
  plan: BodyPlan,
  shape: ThoraxShape,
  tumour: TumourPlan,
  radius: number,
  random: Random,
): Point {
  let best: Point = [isLeft(tumour.lobe) ? 70 : -70, 0, 0];
  let bestScore = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3000; attempt++) {
    const point: Point = [
      (isLeft(tumour.lobe) ? 1 : -1) * random.uniform(20, plan.cavityX),
      random.uniform(-plan.cavityY, plan.cavityY),
      random.uniform(plan.baseZ, plan.apexZ - 8),
    ];
    if (shape.lung(...point) > -3 || shape.lobe(...point) !== tumour.lobe) continue;
    const toWall = -shape.cavity(...point);
    const toMiddle = shape.mediastinum(...point);
    const toBase = -shape.diaphragm(...point);
    const touching = radius * 0.72;
    const free = radius * 1.35 + 3;
    const wants = {
      none: Math.max(0, free - toWall) + Math.max(0, free - toMiddle) + Math.max(0, free - toBase),
      "chest-wall": Math.abs(toWall - touching) + Math.max(0, free - toMiddle),
      mediastinum: Math.abs(toMiddle - touching) + Math.max(0, free - toWall),
    };
    const score = wants[tumour.contact] + random.uniform(0, 2);
    if (score < bestScore) {
      bestScore = score;
      best = point;
    }
    if (bestScore < 2) break;
  }
  return best;
}

export function paintTumour(
  canvas: Canvas,
  plan: BodyPlan,
  shape: ThoraxShape,
  tumour: Tumour,
  random: Random,
): void {
  const { centre, distance, reachMm, radiusMm } = tumour;
  const noise = createNoise(random.fork("texture"));
  const box = {
    low: [centre[0] - reachMm, centre[1] - reachMm, centre[2] - reachMm] as const,
    high: [centre[0] + reachMm, centre[1] + reachMm, centre[2] + reachMm] as const,
  };
  if (tumour.atelectasis) paintAtelectasis(canvas, plan, shape, tumour, random.fork("atelectasis"));
  if (tumour.spiculated) paintSpicules(canvas, shape, tumour, random.fork("spicules"));
  const base = random.uniform(22, 48) + plan.contrast * random.uniform(10, 45);
  const necrosis = random.uniform(0.35, 0.6);
  const cavity = tumour.necrotic && random.next() < 0.15;
  const softness = random.uniform(1, 2.2);
  const air = random.fork("air");
  // Bronchi and lung that stayed open in the tumour, mostly near its margin.
  const openLung = air.next() < 0.4 ? air.uniform(0.45, 0.75) : 2;
  const glassHu = air.uniform(-620, -350);
  const solidPart = air.uniform(0, 0.7);
  paint(
    canvas,
    box,
    distance,
    (_, x, y, z) => {
      let hu = base + 9 * noise(x / 7, y / 7, z / 7) + 5 * noise(x / 2.5, y / 2.5, z / 3);
      if (tumour.necrotic) {
        const core = -distance(x, y, z) - radiusMm * necrosis + 5 * noise(x / 9, y / 9 + 30, z / 9);
        hu += smoothStep(-2, 4, core) * ((cavity ? -930 : 12) - hu);
      }
      const depth = -distance(x, y, z);
      if (tumour.subsolid) {
        const solid = depth - radiusMm * (1 - solidPart) + 3 * noise(x / 6, y / 6 + 12, z / 6);
        hu = glassHu + 60 * noise(x / 4, y / 4, z / 4) + smoothStep(-2, 2, solid) * (hu - glassHu);
      }
      const pocket = smoothStep(openLung, openLung + 0.2, noise(x / 4.5 + 70, y / 4.5, z / 4.5));
      return hu + pocket * smoothStep(radiusMm * 0.6, 0, depth) * (-800 - hu);
    },
    canvas.pixelMm * softness,
  );
}

function paintSpicules(canvas: Canvas, shape: ThoraxShape, tumour: Tumour, random: Random): void {
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
    if (shape.lung(...end) < 0) paintCapsule(canvas, at(r - 2), end, random.uniform(0.8, 1.8), 0.4, 10);
  }
}

/** Collapsed lung behind the tumour, a wedge from it towards the pleura, with air left in some bronchi. */
function paintAtelectasis(
  canvas: Canvas,
  plan: BodyPlan,
  shape: ThoraxShape,
  tumour: Tumour,
  random: Random,
): void {
  const { centre, radiusMm } = tumour;
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
  const hu = 38 + plan.contrast * 70;
  paint(
    canvas,
    box,
    distance,
    (before, x, y, z) =>
      before < -940 && noise(x / 8, y / 8, z / 8) > 0 ? before : hu + 12 * noise(x / 5, y / 5, z / 5),
    canvas.pixelMm * 2.5,
  );
}
