/** HU of the chest wall: skin, fat, and the muscles between the fat and the ribs. */

import { norm } from "#core/coordinates.ts";
import { smoothStep } from "#phantom/value-noise.ts";
import type { Ground } from "./ground.ts";

const skinMm = 2;

/** HU at a place of one layer, given its distances to the body's surface and to the cavity. */
type WallLayer = (x: number, y: number, body: number, cavity: number) => number;

/** The wall at the height `z`. */
export function wallAt({ plan, shape, noise, fine, edge }: Ground, z: number): WallLayer {
  const spine = shape.spine(z);
  return (x, y, body, cavity) => {
    const fatHere =
      plan.fat * (0.75 + 0.3 * noise(x / 60, y / 60, z / 90)) +
      (plan.breast > 8 && y < -plan.cavityY ? plan.breast * 0.4 : 0);
    const depth = -body;
    const skin = edge(depth - skinMm) * 40 + (1 - edge(depth - skinMm)) * plan.fatHu;
    let value = skin + 14 * fine(x / 5, y / 5, z / 6);
    // Outer muscles lie between the fat and the ribs; planes of fat part them from each other and from the ribs.
    const muscle = plan.muscleHu + 7 * fine(x / 4, y / 4, z / 5);
    const inMuscle = edge(fatHere + skinMm - depth);
    value += inMuscle * (muscle - value);
    const layer = cavity - 13 - 4 * noise(x / 35, y / 35, z / 50);
    const plane =
      Math.exp(-((layer / 1.9) ** 2)) * smoothStep(-0.25, 0.35, noise(x / 30 + 40, y / 30, z / 40));
    const sheet = noise(x / 24 + 11, y / 15, z / 45) / 0.075;
    const streak = 0.62 * Math.exp(-sheet * sheet) * smoothStep(7, 14, cavity);
    const lean = y > spine.y && Math.abs(x) < 55 ? 0.4 : 1;
    value += inMuscle * Math.min(1, plane + streak * lean) * (plan.fatHu + 15 - value);
    const axilla = norm((Math.abs(x) - plan.cavityX * 0.98) / 26, (y - 8) / 34, (z - plan.apexZ + 62) / 48);
    value += smoothStep(1.1, 0.8, axilla) * inMuscle * (plan.fatHu - value);
    return value;
  };
}
