/**
 * How a scan looks, measured where it is uniform and where it is sharp, so that what is painted into it looks the same: the
 * noise's standard deviation and grain in soft tissue, the width of its edges, the HU of its muscle and blood.
 */
import { convolve, gaussian } from "#phantom/scanner.ts";

export type ScanTexture = {
  /** Standard deviation of the noise in soft tissue. */
  readonly noiseHu: number;
  /** Standard deviation of the Gaussian that white noise is blurred with to have this noise's correlation, in pixels. */
  readonly grainPixels: number;
  /** Standard deviation of the blur of an edge, in pixels. */
  readonly blurPixels: number;
  readonly muscleHu: number;
  /** The brighter tissue of the mediastinum: near the muscle's in a scan without contrast. */
  readonly bloodHu: number;
};

/** Side of the patches that noise is measured in. */
const patch = 7;
/** Half of the patches at most are free of edges: the quietest of them stand for the noise. */
const quiet = { from: 0.01, to: 0.12 } as const;
/** Lung to soft tissue, the step that an edge's slope is measured against. */
const stepHu = 850;

/** Of a square slice; `lung` is 1 in the lungs, `body` in the patient. */
export function measureTexture(
  hu: Float32Array,
  size: number,
  lung: ArrayLike<number>,
  body: ArrayLike<number>,
): ScanTexture {
  const smooth = convolve(hu, size, gaussian(1.5));
  const patches = softPatches(hu, smooth, size, body).sort((a, b) => a.variance - b.variance);
  const chosen = patches.slice(
    Math.floor(patches.length * quiet.from),
    Math.ceil(patches.length * quiet.to) + 1,
  );
  const mean = (value: (of: Patch) => number): number =>
    chosen.length === 0 ? 0 : chosen.reduce((sum, of) => sum + value(of), 0) / chosen.length;
  const variance = mean((of) => of.variance);
  // The mean of a small patch takes part of the slow noise away; what is left of the correlation is a little too low.
  const correlation = variance > 0 ? Math.min(0.9, mean((of) => of.covariance) / variance + 0.05) : 0.5;
  const soft = patches
    .map((of) => of.mean)
    .filter((hu) => hu < 110)
    .sort((a, b) => a - b);
  const muscleHu = soft[Math.floor(soft.length * 0.4)] ?? 45;
  return {
    noiseHu: Math.min(80, Math.sqrt(variance)),
    grainPixels: correlation > 0.02 ? 1 / (2 * Math.sqrt(-Math.log(correlation))) : 0.25,
    blurPixels: edgeBlur(hu, smooth, size, lung),
    muscleHu: Math.min(75, Math.max(25, muscleHu)),
    bloodHu: brightBlood(smooth, size, lung, body),
  };
}

type Patch = { readonly mean: number; readonly variance: number; readonly covariance: number };

function softPatches(hu: Float32Array, smooth: Float32Array, size: number, body: ArrayLike<number>): Patch[] {
  const patches: Patch[] = [];
  for (let top = 1; top + patch < size; top += 3) {
    for (let left = 1; left + patch < size; left += 3) {
      const middle = left + (patch >> 1) + size * (top + (patch >> 1));
      if (body[middle] === 0 || smooth[middle] < 5 || smooth[middle] > 300) continue;
      const softPatch = statistics(hu, size, left, top);
      if (softPatch !== undefined) patches.push(softPatch);
    }
  }
  return patches;
}

/** Undefined where the patch holds what is no soft tissue. */
function statistics(hu: Float32Array, size: number, left: number, top: number): Patch | undefined {
  let [sum, squares, products, pairs] = [0, 0, 0, 0];
  const count = patch * patch;
  for (let y = 0; y < patch; y++) {
    for (let x = 0; x < patch; x++) {
      const value = hu[left + x + size * (top + y)];
      if (value < -160 || value > 450) return undefined;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / count;
  for (let y = 0; y < patch; y++) {
    for (let x = 0; x + 1 < patch; x++) {
      const at = left + x + size * (top + y);
      products += (hu[at] - mean) * (hu[at + 1] - mean);
      pairs++;
    }
  }
  return { mean, variance: squares / count - mean * mean, covariance: products / pairs };
}

/** From the steeper edges of the lungs: a step of height h, blurred by s, has the slope h / (s * sqrt(2 pi)). */
function edgeBlur(hu: Float32Array, smooth: Float32Array, size: number, lung: ArrayLike<number>): number {
  const slopes: number[] = [];
  for (let y = 2; y < size - 2; y++) {
    for (let x = 2; x < size - 2; x++) {
      const at = x + size * y;
      if (lung[at] === 0 || (lung[at - 1] && lung[at + 1] && lung[at - size] && lung[at + size])) continue;
      if (smooth[at] > 0) continue;
      slopes.push(Math.hypot(hu[at + 1] - hu[at - 1], hu[at + size] - hu[at - size]) / 2);
    }
  }
  if (slopes.length < 20) return 0.8;
  const steep = slopes.sort((a, b) => a - b)[Math.floor(slopes.length * 0.75)];
  return Math.min(1.4, Math.max(0.45, stepHu / (steep * Math.sqrt(2 * Math.PI))));
}

/** 90th percentile of what is neither lung, fat nor bone in the middle third of the body. */
function brightBlood(
  smooth: Float32Array,
  size: number,
  lung: ArrayLike<number>,
  body: ArrayLike<number>,
): number {
  const values: number[] = [];
  for (let y = Math.floor(size * 0.3); y < size * 0.62; y++) {
    for (let x = Math.floor(size * 0.38); x < size * 0.64; x++) {
      const at = x + size * y;
      if (body[at] === 1 && lung[at] === 0 && smooth[at] > -20 && smooth[at] < 400) values.push(smooth[at]);
    }
  }
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length * 0.8)] ?? 45;
}
