/** What soft tissue is made from: the body, the irregularity of its tissues, and how sharp a pixel shows their borders. */
import type { Random } from "#core/random.ts";
import type { Thorax } from "#phantom/tumour.ts";
import { createNoise, type Noise } from "#phantom/value-noise.ts";

export type Ground = Thorax & {
  readonly noise: Noise;
  readonly fine: Noise;
  /** Part of a pixel that lies inside, by its middle's distance from the border. */
  readonly edge: (distance: number) => number;
};

/** HU at a place in the body frame. */
export type TissueHu = (x: number, y: number, z: number) => number;

export function createGround({ plan, shape }: Thorax, pixelMm: number, random: Random): Ground {
  return {
    plan,
    shape,
    noise: createNoise(random.fork("tissue")),
    fine: createNoise(random.fork("fine")),
    edge: (distance) => Math.min(1, Math.max(0, 0.5 - distance / pixelMm)),
  };
}
