/**
 * The shapes that everything else sits in, as signed distances in millimetres (negative inside, approximate away from
 * the surface): body, thoracic cavity, mediastinum, diaphragm, lungs and lobes. Body frame of body-plan.ts.
 */
import type { Random } from "#core/random.ts";
import type { BodyPlan } from "#phantom/body-plan.ts";
import { createNoise } from "#phantom/value-noise.ts";
import { type ChestWall, chestWall } from "./chest-wall.ts";
import { type LungShape, lungsWithin } from "./lungs.ts";
import { type MiddleOfChest, middleOfChest } from "./mediastinum.ts";

export type ThoraxShape = ChestWall & MiddleOfChest & LungShape;

export function createThoraxShape(plan: BodyPlan, random: Random): ThoraxShape {
  const rough = createNoise(random.fork("shape"));
  const outer = { ...chestWall(plan, rough), ...middleOfChest(plan, rough) };
  return { ...outer, ...lungsWithin(outer, plan, rough) };
}
