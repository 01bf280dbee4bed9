/**
 * The shapes that everything else sits in, as signed distances in millimetres (negative inside, approximate away from
 * the surface): body, thoracic cavity, mediastinum, diaphragm, lungs and lobes. Body frame of body-plan.ts.
 */
import type { Random } from "#core/random.ts";
import type { BodyPlan } from "./body-plan.ts";
import type { Lobe } from "./table1.ts";
import { createNoise, smoothMin, smoothStep } from "./value-noise.ts";

export type ThoraxShape = {
  body(x: number, y: number, z: number): number;
  /** Inner surface of the chest wall. */
  cavity(x: number, y: number, z: number): number;
  mediastinum(x: number, y: number, z: number): number;
  /** Negative above the diaphragm. */
  diaphragm(x: number, y: number, z: number): number;
  /** Either lung; x < 0 is the right one. */
  lung(x: number, y: number, z: number): number;
  lobe(x: number, y: number, z: number): Lobe;
  /** Distance to the nearest fissure, never negative. */
  fissure(x: number, y: number, z: number): number;
  /** Middle of the vertebral body at a height. */
  spine(z: number): { readonly x: number; readonly y: number };
  heart(x: number, y: number, z: number): number;
};

export function createThoraxShape(plan: BodyPlan, random: Random): ThoraxShape {
  const rough = createNoise(random.fork("shape"));
  const { apexZ, baseZ, cavityX, cavityY, roundness } = plan;

  /** Radial distance to a superellipse with half axes a and b. */
  function superellipse(x: number, y: number, a: number, b: number, power: number): number {
    const f = (Math.abs(x / a) ** power + Math.abs(y / b) ** power) ** (1 / power);
    return f < 1e-6 ? -Math.min(a, b) : Math.hypot(x, y) * (1 - 1 / f);
  }

  const narrowing = (z: number): number => 1 - 0.36 * smoothStep(apexZ - 110, apexZ + 10, z);

  function cavity(x: number, y: number, z: number): number {
    const n = narrowing(z);
    const lower = 1 + 0.05 * smoothStep(apexZ - 120, baseZ, z);
    // Widest behind the middle: the ribs bulge beside the spine.
    const bulge = 1 + 0.09 * Math.max(-1, Math.min(1, y / cavityY));
    const d = superellipse(x / bulge, y, cavityX * n * lower, cavityY * (0.45 + 0.55 * n), roundness);
    return d + 2.2 * rough(x / 45, y / 45, z / 60);
  }

  function body(x: number, y: number, z: number): number {
    const shoulder = smoothStep(apexZ - 110, apexZ - 10, z);
    const neck = smoothStep(apexZ + 25, apexZ + 80, z);
    const chestA = cavityX + plan.muscle + plan.fat + 6;
    const chestB = cavityY + 22 + plan.muscle * 0.5 + plan.fat * 0.9;
    const a = chestA * (1 + 0.2 * shoulder) * (1 - neck) + (62 + plan.fat * 0.5) * neck;
    const b = chestB * (1 - 0.12 * shoulder) * (1 - neck) + (64 + plan.fat * 0.4) * neck;
    const yMid = 7 + 10 * neck;
    let d = superellipse(x, y - yMid, a, b, 2.25 + 0.35 * shoulder * (1 - neck));
    if (plan.breast > 8) {
      const side = Math.abs(x) - chestA * 0.48;
      const reach = plan.breast;
      const b1 = Math.hypot(side / 62, (y + chestB - 6) / (reach + 12), (z - apexZ + 135) / 62) - 1;
      d = smoothMin(d, b1 * (reach + 8), 18);
    }
    return d + 2.5 * rough(x / 70 + 9, y / 70, z / 80);
  }

  function spine(z: number): { x: number; y: number } {
    const t = (z - baseZ) / (apexZ - baseZ);
    return {
      x: plan.spineBend * Math.sin(t * 3),
      y: cavityY * 0.83 - 21 + 10 * Math.sin(t * 2.4) - 16 * smoothStep(0.75, 1.3, t),
    };
  }

  function heart(x: number, y: number, z: number): number {
    const { x: heartX, radius } = plan.heart;
    // The long axis points to the left, forwards and down.
    const dx = x - heartX;
    const dy = y + cavityY * 0.3;
    const dz = z - (baseZ + plan.domeHeight + radius * 0.62);
    const along = 0.62 * dx - 0.45 * dy - 0.64 * dz;
    const across2 = dx * dx + dy * dy + dz * dz - along * along;
    const f = Math.sqrt((along / (radius * 1.28)) ** 2 + across2 / (radius * 0.96) ** 2);
    return (f - 1) * radius + 2.5 * rough(x / 25, y / 25 + 5, z / 25);
  }

  function mediastinum(x: number, y: number, z: number): number {
    const front = smoothStep(-cavityY * 0.55, -cavityY * 0.95, y);
    const hilum = Math.exp(-(((z + 18) / 34) ** 2) - ((y - 6) / 30) ** 2);
    const back = smoothStep(cavityY * 0.2, cavityY * 0.5, y);
    const halfWidth = plan.mediastinum * (1 - 0.72 * front) * (1 - 0.35 * back) + 13 * hilum;
    const slab =
      Math.abs(x - 3 + 2 * rough(y / 40, z / 40, 3)) - halfWidth - 3.5 * rough(x > 0 ? 7 : 2, y / 16, z / 18);
    const column = spine(z);
    const bones = Math.hypot(x - column.x, (y - column.y - 6) * 0.8) - 25;
    const aorta = Math.hypot(x - 17, y - (column.y - 20)) - (z < 25 ? 15 : -5);
    const arch = Math.hypot((x - 14) / 1.05, (y - 8) / 2.2, (z - 36) / 1.1) - 17;
    let d = smoothMin(slab, bones, 14);
    d = smoothMin(d, aorta, 8);
    d = smoothMin(d, arch, 10);
    return smoothMin(d, heart(x, y, z) - plan.heart.fat, 9);
  }

  function diaphragm(x: number, y: number, z: number): number {
    const right = x < 0;
    const mid = right ? -cavityX * 0.46 : cavityX * 0.48;
    const u = (x - mid) / (cavityX * 0.62 * (right ? 1 : plan.leftDomeWidth));
    const v = (y - cavityY * (right ? plan.domeY.right : plan.domeY.left)) / (cavityY * 1.05);
    const dome = plan.domeHeight * (1 - 0.9 * u * u - 1.15 * v * v) + (right ? plan.domeDifference : 0);
    const bumps = rough(x / 50, y / 50, 1) + 0.5 * rough(x / 24, y / 24, right ? 14 : 15);
    const surface = baseZ + Math.max(-45, dome) + plan.domeRough * bumps;
    return (surface - z) * 0.75;
  }

  function lung(x: number, y: number, z: number): number {
    const side = Math.abs(x) - cavityX * 0.36;
    const top = apexZ - 62 * (side / 62) ** 2 - 48 * ((y - 12) / 62) ** 2;
    const roof = (z - top) * 0.6;
    const inner = Math.max(cavity(x, y, z) + 1, diaphragm(x, y, z), roof);
    // Maximum of the two, with the corner rounded: the pleura has no edges.
    return -smoothMin(-inner, mediastinum(x, y, z), 8);
  }

  const oblique = (x: number, y: number, z: number): number =>
    (z - (-8 + 1.05 * (y - cavityY * 0.1)) + 8 * rough(x / 90, y / 90, x > 0 ? 4 : 8)) * 0.69;
  const horizontal = (x: number, y: number, z: number): number => z + 22 + 6 * rough(x / 80, y / 80, 12);

  function lobe(x: number, y: number, z: number): Lobe {
    const lower = oblique(x, y, z) < 0;
    if (x >= 0) return lower ? "left-lower" : "left-upper";
    if (lower) return "right-lower";
    return horizontal(x, y, z) < 0 ? "right-middle" : "right-upper";
  }

  function fissure(x: number, y: number, z: number): number {
    const d = Math.abs(oblique(x, y, z));
    return x < 0 && oblique(x, y, z) > 0 ? Math.min(d, Math.abs(horizontal(x, y, z))) : d;
  }

  return { body, cavity, mediastinum, diaphragm, lung, lobe, fissure, spine, heart };
}
