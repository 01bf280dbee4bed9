/**
 * One patient's measures, drawn once. Millimetres in a frame of the body: x to the patient's left, y to the back, z to
 * the head, the origin in the middle of the chest at the height of the carina. Wider than reality in habitus, contrast and
 * noise, so that a real CT lies inside what a network has seen.
 */
import type { Random } from "#core/random.ts";

export type BodyPlan = ReturnType<typeof drawBodyPlan>;

export function drawBodyPlan(random: Random) {
  const scale = random.uniform(0.88, 1.1);
  const female = random.next() < 0.4;
  const cavityX = random.uniform(120, 146) * scale;
  const cavityY = random.uniform(76, 104) * scale;
  const fat = random.pick(
    [random.uniform(3, 12), random.uniform(10, 26), random.uniform(22, 42)],
    [3, 4, 1.5],
  );
  const lungHeight = random.uniform(200, 300) * scale;
  const apexZ = random.uniform(95, 125) * scale;
  const contrast = random.next() < 0.55 ? random.uniform(0.3, 1) : 0;
  return {
    scale,
    female,
    /** Half axes of the thoracic cavity at its widest, and its roundness (2 is an ellipse). */
    cavityX,
    cavityY,
    roundness: random.uniform(2.2, 2.9),
    fat,
    muscle: random.uniform(13, 22) * (female ? 0.85 : 1),
    breast: female ? random.uniform(9, 30) : random.uniform(0, 8),
    apexZ,
    baseZ: apexZ - lungHeight,
    /** The right dome stands higher by this. */
    domeDifference: random.uniform(5, 25),
    domeHeight: random.uniform(35, 65),
    mediastinum: random.uniform(20, 32) * scale,
    heart: {
      x: random.uniform(18, 32) * scale,
      radius: random.uniform(44, 58) * scale,
      fat: random.uniform(3, 9),
    },
    spineBend: random.uniform(-6, 6),
    vertebraHeight: random.uniform(21, 26) * scale,
    boneHu: random.uniform(140, 300),
    muscleHu: random.uniform(40, 65),
    fatHu: random.uniform(-115, -90),
    /** Enhancement of the vessels' blood: 0 is a scan without contrast. */
    contrast,
    bloodHu: 40 + contrast * random.uniform(60, 220),
    liverHu: random.uniform(45, 70) + contrast * 45,
    lungHu: random.uniform(-890, -810),
    lungGravityHu: random.uniform(20, 110),
    emphysema: random.next() < 0.3 ? random.uniform(0.1, 0.6) : 0,
    effusion: random.next() < 0.12 ? random.pick([-1, 1]) : 0,
    effusionDepth: random.uniform(8, 40),
    shiftX: random.normal(0, 10),
    shiftY: random.normal(0, 12),
    /** Part of the room under the left dome that is fat and not stomach, spleen or bowel. */
    abdominalFat: random.uniform(0, 0.8),
    bowelGas: random.next() < 0.6 ? random.uniform(0.2, 0.6) : 0,
    neckAbove: random.uniform(25, 110),
    abdomenBelow: random.uniform(10, 90),
    /** Part of the mediastinum's filling that is fat; the rest is soft tissue, as in the slim. */
    mediastinalFat: random.uniform(0, 1),
    /** Where each dome is highest, front to back, in parts of the cavity's half depth; how bumpy the domes are, mm. */
    domeY: { right: random.uniform(-0.35, 0.15), left: random.uniform(-0.35, 0.5) },
    domeRough: random.uniform(2, 11),
    /** The left dome is that much narrower: spleen and stomach stand in the lung like a ball. */
    leftDomeWidth: random.uniform(0.6, 1),
    /** The vein of the injection is brighter than the rest of the blood. */
    venousFactor: random.next() < 0.7 ? 1.25 : random.uniform(1.5, 4),
    /** Width of the aorta over the usual one, and the number of plaques in its wall. */
    aortaScale: 1,
    aortaCalcium: 0,
  };
}

/** Vessels beyond the usual: wide and calcified aortas, blood that is bright with contrast or hardly differs from muscle. */
export function widenVessels(plan: BodyPlan, random: Random): BodyPlan {
  const aorta = random.fork("aorta");
  const blood = random.fork("blood");
  const bright = plan.contrast > 0 && blood.next() < 0.3;
  const old = aorta.next() < 0.4;
  return {
    ...plan,
    bloodHu: bright ? blood.uniform(220, 420) : plan.bloodHu,
    aortaScale: aorta.pick([aorta.uniform(0.85, 1.1), aorta.uniform(1.1, 1.6)], [3, 1]),
    aortaCalcium: old ? 2 + aorta.integer(30) : 0,
  };
}
