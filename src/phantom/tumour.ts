/**
 * A primary tumour in its lobe: a lobulated body bent by noise, of the drawn volume, free in the lung or against the
 * chest wall or the mediastinum; spicules, necrosis, and atelectasis beside it. The GTV is the body of the tumour, without
 * spicules and without the collapsed lung.
 */
import { norm } from "#core/coordinates.ts";
import type { Random } from "#core/random.ts";
import { aortaDistance } from "./aorta.ts";
import type { BodyPlan } from "./body-plan.ts";
import type { Distance, Point } from "./canvas.ts";
import { isLeft, type TumourPlan } from "./table1.ts";
import type { ThoraxShape } from "./thorax/thorax-shape.ts";
import { createNoise } from "./value-noise.ts";
import type { Variety } from "./variety.ts";

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

/** Heart and aorta lie within this distance of the middle plane. */
const mostCentralMm = 110;
/** Beyond this no edge is soft enough to show anything: how far outside does not matter. */
const clearlyOutsideMm = 12;
/** How far a tumour grows into what it touches. */
const invasionMm = 2;

/** `subsolidPart`: the part of the tumours that are ground glass about a solid part, of those free in the lung. */
export function placeTumour(
  { plan, shape }: Thorax,
  tumour: TumourPlan,
  { variety, subsolidPart }: { readonly variety: Variety; readonly subsolidPart: number },
  random: Random,
): Tumour {
  const radiusMm = ballRadiusMm(tumour.volumeCc);
  const aorta = aortaDistance(plan, shape);
  const centre = findCentre({ plan, shape, aorta }, tumour, radiusMm, random.fork("centre"));
  const clip: Distance =
    variety === "paper"
      ? (x, y, z) => shape.lung(x, y, z) - invasionMm
      : wideBounds({ plan, shape, aorta }, tumour, centre, random.fork("bounds"));
  const body = growBody({ centre, volumeCc: tumour.volumeCc, clip, turned: variety === "wide" }, random);
  return {
    ...body,
    spiculated: random.next() < 0.45,
    necrotic: radiusMm > 15 && random.next() < 0.35,
    atelectasis: radiusMm > 12 && random.next() < 0.22,
    subsolid: tumour.contact === "none" && random.fork("subsolid").next() < subsolidPart,
  };
}

export type Thorax = { readonly plan: BodyPlan; readonly shape: ThoraxShape };
type ThoraxWithAorta = Thorax & { readonly aorta: Distance };

/**
 * Tumours of the wide variety keep to their side, and where they lie centrally grow into the mediastinum's fat: round the aorta,
 * but not into it, nor into heart and spine.
 */
function wideBounds(
  { shape, aorta }: ThoraxWithAorta,
  { contact }: TumourPlan,
  centre: Point,
  random: Random,
): Distance {
  const central = contact === "mediastinum" || contact === "aorta";
  const depthMm = random.pick([random.uniform(0.5, 3), random.uniform(3, central ? 14 : 5)], [2, 1]);
  const keepsWallMm = 0.5;
  return (x, y, z) => {
    if (x * centre[0] < 0) return clearlyOutsideMm + 1;
    const inLung = shape.lung(x, y, z) - depthMm;
    // Farther out than the widest heart or aorta lies lung alone.
    if (inLung > 0 || (inLung < -depthMm && Math.abs(x) > mostCentralMm)) return inLung;
    const spine = shape.spine(z);
    const bone = 24 - norm(x - spine.x, (y - spine.y - 6) * 0.8);
    const wall = depthMm > 5 ? shape.cavity(x, y, z) - 5 : inLung;
    return Math.max(inLung, keepsWallMm - aorta(x, y, z), -shape.heart(x, y, z), bone, wall);
  };
}

/** Radius of a ball of that volume. */
export function ballRadiusMm(volumeCc: number): number {
  return Math.cbrt((volumeCc * 1000 * 3) / (4 * Math.PI));
}

/** What a body grows from: its centre, the volume that it is to have, and where it may be (`clip` below 0). */
type Seed = {
  readonly centre: Point;
  readonly volumeCc: number;
  readonly clip: Distance;
  /** Points along an axis that the volume is measured with. */
  readonly samples?: number;
  /** Turned at random, so that its lobes do not keep to the image's axes. The paper's phantoms are not. */
  readonly turned?: boolean;
};

/** A lobulated body of the wanted volume within its bounds, or of as much of it as finds room there. */
export function growBody(
  { centre, volumeCc, clip, samples = 40, turned = false }: Seed,
  random: Random,
): Pick<Tumour, "centre" | "radiusMm" | "distance" | "reachMm"> {
  const radiusMm = ballRadiusMm(volumeCc);
  const noise = createNoise(random.fork("surface"));
  const lobulation = random.uniform(0.08, 0.34);
  const stretch: Point = [random.uniform(0.8, 1.25), random.uniform(0.8, 1.25), random.uniform(0.8, 1.3)];
  // Ragged margins: notches of a few millimetres, half of the tumours hardly have any.
  const ragged = random.fork("ragged");
  const raggedMm = Math.min(0.18 * radiusMm, ragged.pick([0.8, ragged.uniform(0.8, 3.5)]));
  const grainMm = ragged.uniform(2.5, 6);

  const turn = turned ? drawTurn(random.fork("turn")) : undefined;

  function distanceAt(radius: number): Distance {
    return (x, y, z) => {
      const from: Point = [x - centre[0], y - centre[1], z - centre[2]];
      const [tx, ty, tz] = turn === undefined ? from : turn(from);
      const [dx, dy, dz] = [tx / stretch[0], ty / stretch[1], tz / stretch[2]];
      const r = norm(dx, dy, dz);
      // Paper's phantoms count from the reach; it jumps there, which shows where the distance itself is looked at.
      if (r > radius * 1.8 + 4) return turned ? r - radius : r - radius * 1.8;
      const bounds = clip(x, y, z);
      if (bounds > clearlyOutsideMm) return bounds;
      const unit = 1.6 / Math.max(r, 1e-6);
      const bumps =
        noise(dx * unit + 5, dy * unit, dz * unit) +
        0.45 * noise(dx * unit * 2.3, dy * unit * 2.3, dz * unit * 2.3 + 9);
      const surface =
        r - radius * (1 + lobulation * bumps) + raggedMm * noise(x / grainMm, y / grainMm, z / grainMm);
      return Math.max(surface, bounds);
    };
  }

  // What the lung's borders cut off is made up for: the radius that gives the drawn volume.
  let low = radiusMm * 0.5;
  let high = radiusMm * 2.2;
  for (let round = 0; round < 12; round++) {
    const middle = (low + high) / 2;
    if (sampledCc(distanceAt(middle), centre, middle * 2.4, samples) < volumeCc) low = middle;
    else high = middle;
  }
  return { centre, radiusMm: low, distance: distanceAt(low), reachMm: low * 2.4 };
}

/** A rotation about the origin, all as likely: from a random unit quaternion (Marsaglia 1972). */
function drawTurn(random: Random): (point: Point) => Point {
  const parts = [random.normal(), random.normal(), random.normal(), random.normal()];
  const length = Math.hypot(...parts);
  const [w, a, b, c] = parts.map((part) => part / length);
  return ([x, y, z]) => {
    const [ux, uy, uz] = [2 * (b * z - c * y), 2 * (c * x - a * z), 2 * (a * y - b * x)];
    return [x + w * ux + b * uz - c * uy, y + w * uy + c * ux - a * uz, z + w * uz + a * uy - b * ux];
  };
}

/** Volume inside, by sampling on `steps` points an axis. */
function sampledCc(distance: Distance, centre: Point, reach: number, steps: number): number {
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
  { plan, shape, aorta }: ThoraxWithAorta,
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
      aorta: 0,
    };
    if (tumour.contact === "aorta") wants.aorta = Math.abs(aorta(...point) - touching);
    const score = wants[tumour.contact] + random.uniform(0, 2);
    if (score < bestScore) {
      bestScore = score;
      best = point;
    }
    if (bestScore < 2) break;
  }
  return best;
}
