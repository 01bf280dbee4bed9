/** HU below the diaphragm: liver to the right, stomach with its bubble and spleen to the left, fat and bowel between. */

import { norm } from "#core/coordinates.ts";
import { smoothStep } from "#phantom/value-noise.ts";
import type { Ground } from "./ground.ts";

/** HU at a place, given its distance below the diaphragm. */
type Abdomen = (x: number, y: number, z: number, below: number) => number;

export function abdomenTissue({ plan, noise, fine, edge }: Ground): Abdomen {
  return (x, y, z, below) => {
    const texture = 6 * fine(x / 4, y / 4, z / 5);
    if (below < 3) return plan.muscleHu + texture;
    const liverEdge = 18 + 30 * smoothStep(0, -70, y) + 12 * noise(y / 40, z / 40, 2);
    const liver = edge(x - liverEdge);
    // Bowel and omentum: soft tissue and fat in pockets, with gas in some; the spleen lies behind against the dome.
    const pocket = noise(x / 34 + 17, y / 34, z / 40);
    const soft = plan.muscleHu - 12 + 22 * noise(x / 60, y / 60, z / 60) + texture;
    const fatty = smoothStep(0.1, -0.1, pocket + 0.75 - 1.5 * plan.abdominalFat);
    let left = soft + fatty * (plan.fatHu + 12 - soft);
    const gas = noise(x / 13 + 50, y / 13, z / 15) - (1 - plan.bowelGas);
    if (gas > 0 && y < 15 && below > 8 && fatty < 0.5) left = -650 - 300 * Math.min(1, gas * 5);
    const stomach =
      norm((x - 58) / 50, (y + 14) / 46, (z - plan.baseZ - 4) / 60) -
      1 +
      0.14 * noise(x / 20, y / 20, z / 20);
    if (stomach < 0)
      left =
        stomach > -0.09
          ? 45
          : y < -26 && plan.bowelGas > 0
            ? -960
            : 25 + 20 * noise(x / 5, y / 5, z / 6) + texture;
    const spleen =
      norm(
        (x - plan.cavityX * 0.66) / 40,
        (y - plan.cavityY * 0.42) / 54,
        (z - plan.baseZ - plan.domeHeight * 0.25) / 66,
      ) - 1;
    if (spleen + 0.08 * noise(x / 30, y / 30, z / 30) < 0) left = plan.liverHu + 4 + texture;
    return left + liver * (plan.liverHu + texture - left);
  };
}
