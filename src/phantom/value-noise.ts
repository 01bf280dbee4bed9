/** Smooth noise in space: a lattice of seeded random values, interpolated; the organic irregularity of every organ. */
import type { Random } from "#core/random.ts";

/** About -1 .. 1, smooth, mean 0, features of one unit. */
export type Noise = (x: number, y: number, z: number) => number;

export function createNoise(random: Random): Noise {
  const table = Float32Array.from({ length: 4096 }, () => random.uniform(-1, 1));
  const mask = 4095;
  return (x, y, z) => {
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const z0 = Math.floor(z);
    const u = fade(x - x0);
    const v = fade(y - y0);
    const w = fade(z - z0);
    // The lattice point's hash is a sum of one term an axis (exclusive or), so each term is computed once.
    const xa = Math.imul(x0, 374761393);
    const xb = Math.imul(x0 + 1, 374761393);
    const ya = Math.imul(y0, 668265263);
    const yb = Math.imul(y0 + 1, 668265263);
    const za = Math.imul(z0, 1274126177);
    const zb = Math.imul(z0 + 1, 1274126177);
    const nearTop = table[(xa ^ ya ^ za) & mask] * (1 - u) + table[(xb ^ ya ^ za) & mask] * u;
    const nearBottom = table[(xa ^ yb ^ za) & mask] * (1 - u) + table[(xb ^ yb ^ za) & mask] * u;
    const farTop = table[(xa ^ ya ^ zb) & mask] * (1 - u) + table[(xb ^ ya ^ zb) & mask] * u;
    const farBottom = table[(xa ^ yb ^ zb) & mask] * (1 - u) + table[(xb ^ yb ^ zb) & mask] * u;
    const near = nearTop * (1 - v) + nearBottom * v;
    const far = farTop * (1 - v) + farBottom * v;
    return near * (1 - w) + far * w;
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
