/**
 * The chest wall as signed distances in millimetres: the body's surface and the cavity within the ribs, both superellipses
 * that narrow towards the neck. Body frame of body-plan.ts.
 */
import { norm } from "#core/coordinates.ts";
import type { BodyPlan } from "#phantom/body-plan.ts";
import type { Distance } from "#phantom/canvas.ts";
import { type Noise, smoothMin, smoothStep } from "#phantom/value-noise.ts";

export type ChestWall = {
  readonly body: Distance;
  /** Inner surface of the chest wall. */
  readonly cavity: Distance;
};

export function chestWall(plan: BodyPlan, rough: Noise): ChestWall {
  const { apexZ, baseZ, cavityX, cavityY, roundness } = plan;

  const narrowing = (z: number): number => 1 - 0.36 * smoothStep(apexZ - 110, apexZ + 10, z);

  function cavity(x: number, y: number, z: number): number {
    const n = narrowing(z);
    const lower = 1 + 0.05 * smoothStep(apexZ - 120, baseZ, z);
    // Widest behind the middle: the ribs bulge beside the spine.
    const bulge = 1 + 0.09 * Math.max(-1, Math.min(1, y / cavityY));
    const a = cavityX * n * lower;
    const b = cavityY * (0.45 + 0.55 * n);
    const f = superellipse(x / bulge / a, y / b, roundness);
    return radialMm(x / bulge, y, f, Math.min(a, b)) + 2.2 * rough(x / 45, y / 45, z / 60);
  }

  function body(x: number, y: number, z: number): number {
    const shoulder = smoothStep(apexZ - 110, apexZ - 10, z);
    const neck = smoothStep(apexZ + 25, apexZ + 80, z);
    const chestA = cavityX + plan.muscle + plan.fat + 6;
    const chestB = cavityY + 22 + plan.muscle * 0.5 + plan.fat * 0.9;
    const a = chestA * (1 + 0.2 * shoulder) * (1 - neck) + (62 + plan.fat * 0.5) * neck;
    const b = chestB * (1 - 0.12 * shoulder) * (1 - neck) + (64 + plan.fat * 0.4) * neck;
    const yMid = 7 + 10 * neck;
    const f = superellipse(x / a, (y - yMid) / b, 2.25 + 0.35 * shoulder * (1 - neck));
    let d = radialMm(x, y - yMid, f, Math.min(a, b));
    if (plan.breast > 8) {
      const side = Math.abs(x) - chestA * 0.48;
      const reach = plan.breast;
      const b1 = norm(side / 62, (y + chestB - 6) / (reach + 12), (z - apexZ + 135) / 62) - 1;
      d = smoothMin(d, b1 * (reach + 8), 18);
    }
    return d + 2.5 * rough(x / 70 + 9, y / 70, z / 80);
  }

  return { body, cavity };
}

/** 1 on a superellipse, from the place in parts of its half axes; below 1 inside. */
function superellipse(u: number, v: number, power: number): number {
  return (Math.abs(u) ** power + Math.abs(v) ** power) ** (1 / power);
}

/** Radial distance to the superellipse on which a place has the value `f`; `shorterMm` is its shorter half axis. */
function radialMm(x: number, y: number, f: number, shorterMm: number): number {
  return f < 1e-6 ? -shorterMm : norm(x, y) * (1 - 1 / f);
}
