/** The vessels of the mediastinum, painted as tubes with a wall: what they run through is the thorax's, their course is fixed. */
import { aortaCourse, aortaRadiusMm, vesselWallMm } from "./aorta.ts";
import type { BodyPlan } from "./body-plan.ts";
import { type Canvas, type Point, paintPath } from "./canvas.ts";
import type { ThoraxShape } from "./thorax/thorax-shape.ts";

type Vessel = {
  readonly points: readonly Point[];
  /** Of the lumen, before the body's scale. */
  readonly radiusMm: number;
  /** On the way of the contrast from the arm to the heart: brighter or darker than the rest. */
  readonly venous?: true;
};

export function paintGreatVessels(canvas: Canvas, plan: BodyPlan, shape: ThoraxShape): void {
  const { scale, bloodHu, muscleHu, contrast, venousFactor } = plan;
  const venousHu = contrast > 0 ? bloodHu * venousFactor : bloodHu;
  const bottom = canvas.firstZ - 10;
  const vessels = [
    ...aorta(plan, shape, bottom),
    ...centralVessels(plan, bottom),
    ...branches(plan, -1),
    ...branches(plan, 1),
  ];
  for (const { points, radiusMm, venous } of vessels) {
    paintPath(canvas, points, () => (radiusMm + vesselWallMm) * scale, muscleHu);
    paintPath(canvas, points, () => radiusMm * scale, venous ? venousHu : bloodHu);
  }
}

function aorta(plan: BodyPlan, shape: ThoraxShape, bottom: number): Vessel[] {
  const { descending, arch } = aortaCourse(plan, shape, bottom);
  return [
    { points: descending, radiusMm: aortaRadiusMm.descending * plan.aortaScale },
    { points: arch, radiusMm: aortaRadiusMm.arch * plan.aortaScale },
  ];
}

function heartTopOf({ baseZ, domeHeight, heart }: BodyPlan): number {
  return baseZ + domeHeight + heart.radius * 1.2;
}

/** Venae cavae, pulmonary trunk and its two arteries. */
function centralVessels(plan: BodyPlan, bottom: number): Vessel[] {
  const heartTop = heartTopOf(plan);
  const superiorCava: Point[] = [
    [-22, -22, heartTop],
    [-23, -20, 10],
    [-24, -16, 50],
    [-20, -14, plan.apexZ - 10],
    [-34, -6, plan.apexZ + 60],
  ];
  const inferiorCava: Point[] = [
    [-18, -18, heartTop - 30],
    [-20, -8, plan.baseZ + 20],
    [-22, 6, bottom],
  ];
  const trunk: Point[] = [
    [14, -32, heartTop],
    [14, -26, -8],
    [8, -8, -6],
  ];
  const rightPulmonary: Point[] = [
    [8, -8, -6],
    [-14, -4, -10],
    [-42, 0, -16],
  ];
  const leftPulmonary: Point[] = [
    [12, -16, -2],
    [28, 0, -2],
    [44, 8, -10],
  ];
  return [
    { points: superiorCava, radiusMm: 8.5, venous: true },
    { points: inferiorCava, radiusMm: 11 },
    { points: trunk, radiusMm: 13 },
    { points: rightPulmonary, radiusMm: 9.5 },
    { points: leftPulmonary, radiusMm: 9.5 },
  ];
}

/** Of one side: a pulmonary vein, the carotid artery, the subclavian vein. */
function branches(plan: BodyPlan, side: -1 | 1): Vessel[] {
  const heartTop = heartTopOf(plan);
  const pulmonaryVein: Point[] = [
    [side * 14, -2, heartTop + 6],
    [side * 44, 6, heartTop + 2],
  ];
  const carotid: Point[] = [
    [side * 8 + 6, -6, 40 * plan.scale],
    [side * 20 + 4, -4, plan.apexZ - 20],
    [side * 26, 0, plan.apexZ + 70],
  ];
  const subclavian: Point[] = [
    [side * 20, -10, plan.apexZ - 15],
    [side * 80, -4, plan.apexZ + 2],
    [side * 150, 6, plan.apexZ - 10],
  ];
  return [
    { points: pulmonaryVein, radiusMm: 6.5 },
    { points: carotid, radiusMm: 4.5 },
    { points: subclavian, radiusMm: 4.5, venous: true },
  ];
}
