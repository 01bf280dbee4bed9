/** Smooth noise in space: a lattice of seeded random values, interpolated; the organic irregularity of every organ. */
import type { Random } from "../core/random.ts";

/** About -1 .. 1, smooth, mean 0, features of one unit. */
export type Noise = (x: number, y: number, z: number) => number;

export function createNoise(random: Random): Noise {
  const table = Float32Array.from({ length: 4096 }, () => random.uniform(-1, 1));
  const corner = (x: number, y: number, z: number): number =>
    table[(Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ Math.imul(z, 1274126177)) & 4095];
  return (x, y, z) => {
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const z0 = Math.floor(z);
    const u = fade(x - x0);
    const v = fade(y - y0);
    const w = fade(z - z0);
    const plane = (zi: number): number => {
      const a = corner(x0, y0, zi) * (1 - u) + corner(x0 + 1, y0, zi) * u;
      const b = corner(x0, y0 + 1, zi) * (1 - u) + corner(x0 + 1, y0 + 1, zi) * u;
      return a * (1 - v) + b * v;
    };
    return plane(z0) * (1 - w) + plane(z0 + 1) * w;
  };
}

function fade(t: number): number {
  return t * t * (3 - 2 * t);
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothStep(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** Minimum of two distances with a rounded corner of about `roundMm`. */
export function smoothMin(a: number, b: number, roundMm: number): number {
  const h = Math.max(0, roundMm - Math.abs(a - b)) / roundMm;
  return Math.min(a, b) - (h * h * roundMm) / 4;
}
