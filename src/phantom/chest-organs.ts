/** Heart, trachea, oesophagus, lymph nodes, and the trees of vessels and airways in the lungs. */
import type { Random } from "#core/random.ts";
import { aortaCourse, aortaRadiusMm } from "./aorta.ts";
import type { BodyPlan } from "./body-plan.ts";
import { type Canvas, type Point, paint, paintCapsule, paintEllipsoid, paintPath } from "./canvas.ts";
import { paintGreatVessels } from "./great-vessels.ts";
import type { ThoraxShape } from "./thorax/thorax-shape.ts";
import { growTree } from "./tree.ts";
import { createNoise } from "./value-noise.ts";

export function paintChestOrgans(canvas: Canvas, plan: BodyPlan, shape: ThoraxShape, random: Random): void {
  paintLungTrees(canvas, plan, shape, random.fork("trees"));
  paintHeart(canvas, plan, shape, random.fork("heart"));
  paintGreatVessels(canvas, plan, shape);
  paintBesideSpine(canvas, plan, shape);
  paintNodes(canvas, plan, shape, random.fork("nodes"));
  paintAirway(canvas, plan, shape);
  if (plan.aortaCalcium > 0) paintCalcium(canvas, plan, shape, random.fork("calcium"));
}

/** Plaques in the wall of the aorta. */
function paintCalcium(canvas: Canvas, plan: BodyPlan, shape: ThoraxShape, random: Random): void {
  const { descending, arch } = aortaCourse(plan, shape, canvas.firstZ - 10);
  const tubes = [
    { points: descending, radius: aortaRadiusMm.descending },
    { points: arch, radius: aortaRadiusMm.arch },
  ];
  for (let plaque = 0; plaque < plan.aortaCalcium; plaque++) {
    const { points, radius } = random.pick(tubes);
    const [x, y, z] = random.pick(points);
    const angle = random.uniform(0, 2 * Math.PI);
    const r = (radius * plan.aortaScale + 0.4) * plan.scale;
    const at: Point = [x + r * Math.cos(angle), y + r * Math.sin(angle), z + random.normal(0, 5)];
    paintEllipsoid(
      canvas,
      at,
      [random.uniform(0.8, 2.5), random.uniform(0.8, 2.5), random.uniform(1.5, 5)],
      random.uniform(300, 900),
    );
  }
}

function paintHeart(canvas: Canvas, plan: BodyPlan, shape: ThoraxShape, random: Random): void {
  const noise = createNoise(random);
  const reach = plan.heart.radius * 1.5;
  const middle: Point = [
    plan.heart.x,
    -plan.cavityY * 0.3,
    plan.baseZ + plan.domeHeight + plan.heart.radius * 0.62,
  ];
  const box = {
    low: [middle[0] - reach, middle[1] - reach, middle[2] - reach] as const,
    high: [middle[0] + reach, middle[1] + reach, middle[2] + reach] as const,
  };
  const myocardium = plan.muscleHu + plan.contrast * 45;
  const outsideOfLiver = (x: number, y: number, z: number): number =>
    Math.max(shape.heart(x, y, z), shape.cavity(x, y, z) + 3, shape.diaphragm(x, y, z) + 2);
  paint(canvas, { ...box, distance: (x, y, z) => outsideOfLiver(x, y, z) - plan.heart.fat }, plan.fatHu + 20);
  paint(canvas, { ...box, distance: outsideOfLiver, softMm: canvas.pixelMm * 1.6 }, (_, x, y, z) => {
    // Chambers: blood where smooth noise is high, well inside the wall; grooves of fat on the surface.
    const depth = -shape.heart(x, y, z);
    const chamber = depth > 9 && noise(x / 30, y / 30, z / 34) > -0.25;
    const groove = depth < 7 && noise(x / 13 + 20, y / 13, z / 16) > 0.5;
    return groove ? plan.fatHu + 25 : chamber ? plan.bloodHu : myocardium;
  });
}

/** Azygos vein, oesophagus with a little air, thyroid. */
function paintBesideSpine(canvas: Canvas, plan: BodyPlan, shape: ThoraxShape): void {
  const { scale: s, apexZ } = plan;
  for (let z = canvas.firstZ - 10; z < apexZ + 80; z += 12) {
    const lower = shape.spine(z);
    const upper = shape.spine(z + 12);
    /** Beside the spine, from z up. */
    const piece = (x: number, y: number, lengthMm: number) => ({
      from: [lower.x + x, lower.y + y, z] as const,
      to: [upper.x + x, upper.y + y, z + lengthMm] as const,
    });
    if (z < 20)
      paintCapsule(canvas, { ...piece(-9, -19 * s, 12), radiusFrom: 3.6, radiusTo: 3.6 }, plan.bloodHu);
    paintCapsule(canvas, { ...piece(3, -27 * s, 12), radiusFrom: 7, radiusTo: 7 }, plan.muscleHu);
    if (Math.sin(z * 1.7) > 0.6)
      paintCapsule(canvas, { ...piece(3, -27 * s, 8), radiusFrom: 2, radiusTo: 1 }, -700);
  }
  for (const side of [-1, 1]) paintEllipsoid(canvas, [side * 20, -14, apexZ + 46], [10, 12, 22], 120);
}

/** Lymph nodes of the mediastinum and the hila: no part of the GTV, however large. A few are calcified. */
function paintNodes(canvas: Canvas, plan: BodyPlan, shape: ThoraxShape, random: Random): void {
  const count = random.integer(14);
  const largest = random.next() < 0.2 ? 17 : 12;
  for (let node = 0; node < count; node++) {
    const hilar = random.next() < 0.3;
    const x = hilar ? random.pick([-1, 1]) * random.uniform(26, 50) : random.uniform(-36, 36);
    const y = hilar ? random.uniform(-12, 22) : random.uniform(-25, 26);
    const z = hilar ? random.uniform(-45, 10) : random.uniform(-50, 60);
    if (shape.lung(x, y, z) < (hilar ? -6 : 4)) continue;
    const size = random.uniform(2.5, random.next() < 0.2 ? largest : 6);
    const hu = random.next() < 0.12 ? random.uniform(250, 900) : plan.muscleHu + 8 + plan.contrast * 25;
    paintEllipsoid(canvas, [x, y, z], [size, size * 0.8, size * 1.2], hu);
  }
}

/** Trachea and main bronchi; the lobes' airways belong to the trees. */
function paintAirway(canvas: Canvas, plan: BodyPlan, shape: ThoraxShape): void {
  const s = plan.scale;
  const { y: spineY } = shape.spine(40);
  const back = Math.min(8, spineY - 44);
  const paths: readonly { points: readonly Point[]; radius: number }[] = [
    {
      points: [
        [0, back + 4, 0],
        [0, back, 50],
        [0, back - 4, plan.apexZ],
        [0, back - 12, plan.apexZ + 120],
      ],
      radius: 8.6 * s,
    },
    {
      points: [
        [0, back + 4, 2],
        [-20, back + 6, -14],
        [-40, back + 8, -26],
      ],
      radius: 6.8 * s,
    },
    {
      points: [
        [0, back + 4, 2],
        [20, back + 8, -12],
        [44, back + 12, -28],
      ],
      radius: 6.2 * s,
    },
  ];
  for (const { points, radius } of paths) paintPath(canvas, points, () => radius + 1.6, plan.muscleHu);
  for (const { points, radius } of paths) paintPath(canvas, points, () => radius, -990);
}

function paintLungTrees(canvas: Canvas, plan: BodyPlan, shape: ThoraxShape, random: Random): void {
  for (const side of [-1, 1]) {
    const strewn = (count: number, depth: number): Point[] => {
      const points: Point[] = [];
      for (let attempt = 0; points.length < count && attempt < count * 60; attempt++) {
        const point: Point = [
          side * random.uniform(18, plan.cavityX),
          random.uniform(-plan.cavityY, plan.cavityY),
          random.uniform(plan.baseZ - 30, plan.apexZ),
        ];
        if (shape.lung(...point) < -depth) points.push(point);
      }
      return points;
    };
    const blood = plan.bloodHu;
    for (const [name, root, tip] of [
      ["artery", [side * 42, 2, -14], 0.78],
      ["vein", [side * 40, 4, -34], 0.72],
    ] as const) {
      const targets = strewn(330, 3);
      for (const { from, to, radiusFrom, radiusTo } of growTree(random.fork(name), root, targets, tip)) {
        paintCapsule(
          canvas,
          { from, to, radiusFrom: radiusFrom * plan.scale, radiusTo: radiusTo * plan.scale },
          blood,
        );
      }
    }
    const airways = growTree(random.fork("airway"), [side * 40, 14, -26], strewn(42, 14), 1.15);
    for (const { from, to, radiusFrom, radiusTo } of airways) {
      paintCapsule(
        canvas,
        { from, to, radiusFrom: radiusFrom * 1.25 + 0.5, radiusTo: radiusTo * 1.25 + 0.5 },
        (before) => Math.max(before, -60),
      );
    }
    for (const { from, to, radiusFrom, radiusTo } of airways)
      paintCapsule(canvas, { from, to, radiusFrom, radiusTo }, -975);
  }
}
