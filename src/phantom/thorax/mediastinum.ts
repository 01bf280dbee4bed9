/**
 * What lies between the lungs as signed distances in millimetres: spine, heart and the mediastinum round them with the
 * aorta. Body frame of body-plan.ts.
 */
import { norm } from "#core/coordinates.ts";
import type { BodyPlan } from "#phantom/body-plan.ts";
import type { Distance } from "#phantom/canvas.ts";
import { type Noise, smoothMin, smoothStep } from "#phantom/value-noise.ts";

export type MiddleOfChest = {
  /** Middle of the vertebral body at a height. */
  readonly spine: (z: number) => { readonly x: number; readonly y: number };
  readonly heart: Distance;
  readonly mediastinum: Distance;
};

export function middleOfChest(plan: BodyPlan, rough: Noise): MiddleOfChest {
  const { apexZ, baseZ, cavityY } = plan;

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
    const bones = norm(x - column.x, (y - column.y - 6) * 0.8) - 25;
    const aorta = norm(x - 17, y - (column.y - 20)) - (z < 25 ? 15 : -5);
    const arch = norm((x - 14) / 1.05, (y - 8) / 2.2, (z - 36) / 1.1) - 17;
    let d = smoothMin(slab, bones, 14);
    d = smoothMin(d, aorta, 8);
    d = smoothMin(d, arch, 10);
    return smoothMin(d, heart(x, y, z) - plan.heart.fat, 9);
  }

  return { spine, heart, mediastinum };
}
