/** HU within the chest: the mediastinum's fat, and the lungs with emphysema, fissures and effusion. */

import { smoothStep } from "#phantom/value-noise.ts";
import type { Ground, TissueHu } from "./ground.ts";

export function mediastinalFat({ plan, noise }: Ground): TissueHu {
  return (x, y, z) => {
    const filling = 0.75 - plan.mediastinalFat;
    const strand = smoothStep(
      0.05 - filling,
      0.7 - filling,
      noise(x / 15 + 3, y / 15, z / 18) + 0.3 * noise(x / 6, y / 6, z / 8),
    );
    // Above the lungs it is the neck's muscles that fill the ring of the ribs.
    const neck = smoothStep(plan.apexZ - 20, plan.apexZ + 20, z) * 0.8;
    return plan.fatHu + 12 + (strand + (1 - strand) * neck) * (plan.muscleHu - plan.fatHu) * 0.8;
  };
}

/** HU at a place, given its distance to the lungs' surface. */
type LungTissue = (x: number, y: number, z: number, lung: number) => number;

export function lungTissue({ plan, shape, noise, fine, edge }: Ground): LungTissue {
  return (x, y, z, lung) => {
    const gravity = plan.lungGravityHu * smoothStep(-plan.cavityY, plan.cavityY * 1.1, y);
    const texture = 14 * fine(x / 3.2, y / 3.2, z / 4) + 22 * noise(x / 17, y / 17, z / 20);
    let value = plan.lungHu + gravity + texture + 45 * smoothStep(-4, 0, lung);
    if (plan.emphysema > 0) {
      const hole = smoothStep(0.7 - plan.emphysema * 0.6, 0.8, noise(x / 10 + 60, y / 10, z / 11));
      value += hole * (-975 - value) * 0.85;
    }
    value += 95 * Math.exp(-((shape.fissure(x, y, z) / 1.1) ** 2));
    if (plan.effusion !== 0 && x * plan.effusion > 0) {
      const level =
        y -
        (plan.cavityY * 0.86 - plan.effusionDepth * smoothStep(plan.apexZ, plan.baseZ, z)) +
        0.06 * Math.abs(lung);
      value += edge(-level) * (8 - value);
    }
    return value;
  };
}
