/**
 * From tissue to image: thin layers are averaged to slices, the reconstruction kernel blurs or sharpens the image, and
 * noise is added with the texture of the same kernel (correlated for soft ones, grainy for sharp ones), stronger where the
 * body absorbs more, streaked across the shoulders.
 */
import type { Random } from "#core/random.ts";
import type { Canvas } from "./canvas.ts";

type Kernel = {
  readonly name: string;
  /** Standard deviation of the blur. */
  readonly blurMm: number;
  /** Part of the difference to a wider blur that is added: edges overshoot. */
  readonly sharpening: number;
  /** Standard deviation of the noise in the middle of the body. */
  readonly noiseHu: number;
  /** Size of the noise's grains, and how much of its coarse part is taken away. */
  readonly grainMm: number;
  readonly grainSharpness: number;
};

export function drawKernel(random: Random): Kernel {
  const sharp = random.next() < 0.35;
  return sharp
    ? {
        name: "SHARP",
        blurMm: random.uniform(0.35, 0.6),
        sharpening: random.uniform(0.3, 0.9),
        noiseHu: random.uniform(18, 70),
        grainMm: random.uniform(0.3, 0.6),
        grainSharpness: random.uniform(0.4, 0.9),
      }
    : {
        name: "SOFT",
        blurMm: random.uniform(0.6, 1.1),
        sharpening: random.uniform(0, 0.25),
        noiseHu: random.uniform(5, 24),
        grainMm: random.uniform(0.7, 1.3),
        grainSharpness: random.uniform(0, 0.4),
      };
}

/** Kernels and doses beyond those of planning CTs: lung kernels, thin slices, low doses. */
export function widenKernel(kernel: Kernel, random: Random): Kernel {
  return {
    ...kernel,
    sharpening: kernel.sharpening * random.pick([1, random.uniform(1, 2.2)]),
    noiseHu: kernel.noiseHu * random.pick([1, random.uniform(0.4, 2)]),
    blurMm: kernel.blurMm * random.pick([1, random.uniform(1, 1.6)], [3, 1]),
  };
}

/** What happens along z: layers to slices, and breathing, which blurs the layers below `stillAbove` still further. */
type Slicing = {
  readonly layersPerSlice: number;
  readonly breathingLayers: number;
  /** Layer from which on nothing moves. */
  readonly stillAbove: number;
};

/** Averages layers: HU of each slice in float. */
export function averageLayers(canvas: Canvas, slicing: Slicing): Float32Array {
  const { layersPerSlice, breathingLayers, stillAbove } = slicing;
  const area = canvas.size * canvas.size;
  const slices = Math.floor(canvas.layers / layersPerSlice);
  const result = new Float32Array(area * slices);
  for (let k = 0; k < slices; k++) {
    const first = k * layersPerSlice;
    const more = first < stillAbove ? breathingLayers : 0;
    const low = Math.max(0, first - Math.ceil(more / 2));
    const high = Math.min(canvas.layers - 1, first + layersPerSlice - 1 + Math.floor(more / 2));
    const slice = result.subarray(k * area, (k + 1) * area);
    for (let layer = low; layer <= high; layer++) {
      const start = layer * area;
      for (let index = 0; index < area; index++) slice[index] += canvas.hu[start + index];
    }
    for (let index = 0; index < area; index++) slice[index] /= high - low + 1;
  }
  return result;
}

/** Sets what lies outside the circle that fits into a square image to air, in place. */
export function cutCircle(hu: Int16Array, size: number): void {
  const middle = (size - 1) / 2;
  const inside = Uint8Array.from({ length: size * size }, (_, index) =>
    Math.hypot((index % size) - middle, Math.floor(index / size) - middle) <= size / 2 ? 1 : 0,
  );
  for (let index = 0; index < hu.length; index++) if (inside[index % inside.length] === 0) hu[index] = -1024;
}

/** What is in the scanner: averaged slices, square, of `size` rows. */
type Tissue = {
  readonly hu: Float32Array;
  readonly size: number;
  readonly pixelMm: number;
  /** Slice from which on both shoulders are in the way. */
  readonly shoulderFrom: number;
};

type Scanner = {
  readonly kernel: Kernel;
  /** Error of the calibration. */
  readonly offsetHu: number;
};

/** Kernel, noise and calibration on every slice; the result as whole HU between -1024 and 3071. */
export function scan(
  { hu, size, pixelMm, shoulderFrom }: Tissue,
  { kernel, offsetHu }: Scanner,
  random: Random,
): Int16Array {
  const area = size * size;
  const slices = hu.length / area;
  const result = new Int16Array(hu.length);
  const blur = gaussian(kernel.blurMm / pixelMm);
  const wide = gaussian((kernel.blurMm + 1) / pixelMm);
  const grain = {
    fine: gaussian(kernel.grainMm / pixelMm),
    coarse: gaussian((kernel.grainMm * 2.2) / pixelMm),
    sharpness: kernel.grainSharpness,
  };
  for (let k = 0; k < slices; k++) {
    const slice = hu.subarray(k * area, (k + 1) * area);
    const smooth = convolve(slice, size, blur);
    const wider = convolve(slice, size, wide);
    const noise = noiseTexture(random, size, grain);
    const absorbed = absorption(slice, size);
    const shoulder = k >= shoulderFrom ? 1.35 : 1;
    const streaks = k >= shoulderFrom ? rowNoise(random, size, 14 / pixelMm) : undefined;
    for (let index = 0; index < area; index++) {
      const edge = smooth[index] + kernel.sharpening * (smooth[index] - wider[index]);
      const level = kernel.noiseHu * shoulder * absorbed[index % size];
      const streak = streaks === undefined ? 0 : streaks[index] * level * 0.22;
      const value = Math.round(edge + level * noise[index] + streak + offsetHu);
      result[k * area + index] = Math.min(3071, Math.max(-1024, value));
    }
  }
  return result;
}

/** The band of the noise: white noise through `fine`, less `sharpness` of it through `coarse`. Taps of `gaussian`. */
type Grain = { readonly fine: Float32Array; readonly coarse: Float32Array; readonly sharpness: number };

/** White noise in a band, standard deviation 1: a square image of `size` rows. */
export function noiseTexture(random: Random, size: number, grain: Grain): Float32Array {
  const white = whiteNoise(random, size * size);
  const fine = convolve(white, size, grain.fine);
  const rough = convolve(white, size, grain.coarse);
  let squares = 0;
  for (let index = 0; index < fine.length; index++) {
    fine[index] -= grain.sharpness * rough[index];
    squares += fine[index] * fine[index];
  }
  const scale = 1 / Math.sqrt(squares / fine.length);
  for (let index = 0; index < fine.length; index++) fine[index] *= scale;
  return fine;
}

/** Sum of twelve uniform numbers would be slow and Box-Muller slower: four of them are normal enough for noise. */
function whiteNoise(random: Random, count: number): Float32Array {
  const result = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    result[index] = random.next() + random.next() + random.next() + random.next() - 2;
  }
  return result;
}

/** Noise that is drawn out along the rows, as through both shoulders. */
function rowNoise(random: Random, size: number, reach: number): Float32Array {
  const white = whiteNoise(random, size * size);
  const result = new Float32Array(size * size);
  const keep = Math.exp(-1 / reach);
  const gain = Math.sqrt((1 - keep * keep) * 3);
  for (let row = 0; row < size; row++) {
    let value = 0;
    for (let column = 0; column < size; column++) {
      value = keep * value + gain * white[row * size + column];
      result[row * size + column] = value;
    }
  }
  return result;
}

/** Relative noise by column: the more tissue above and below, the fewer photons. */
function absorption(slice: Float32Array, size: number): Float32Array {
  const result = new Float32Array(size);
  let most = 1;
  for (let column = 0; column < size; column++) {
    let water = 0;
    for (let row = 0; row < size; row++) water += Math.max(0, slice[row * size + column] + 1000);
    result[column] = water;
    most = Math.max(most, water);
  }
  for (let column = 0; column < size; column++)
    result[column] = 0.45 + 0.55 * Math.sqrt(result[column] / most);
  return result;
}

/** Taps of a Gaussian whose standard deviation is `sigma` pixels; they add up to 1. */
export function gaussian(sigma: number): Float32Array {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const taps = new Float32Array(2 * reach + 1);
  let sum = 0;
  for (let at = -reach; at <= reach; at++) {
    taps[at + reach] = Math.exp(-0.5 * (at / Math.max(sigma, 0.05)) ** 2);
    sum += taps[at + reach];
  }
  for (let index = 0; index < taps.length; index++) taps[index] /= sum;
  return taps;
}

/** Separable convolution of a square image, borders repeated. */
export function convolve(image: Float32Array, size: number, taps: Float32Array): Float32Array {
  const reach = (taps.length - 1) / 2;
  const between = new Float32Array(image.length);
  const result = new Float32Array(image.length);
  for (let row = 0; row < size; row++) {
    const start = row * size;
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (let tap = -reach; tap <= reach; tap++) {
        const at = Math.min(size - 1, Math.max(0, column + tap));
        sum += taps[tap + reach] * image[start + at];
      }
      between[start + column] = sum;
    }
  }
  for (let row = 0; row < size; row++) {
    for (let tap = -reach; tap <= reach; tap++) {
      const weight = taps[tap + reach];
      const start = Math.min(size - 1, Math.max(0, row + tap)) * size;
      for (let column = 0; column < size; column++)
        result[row * size + column] += weight * between[start + column];
    }
  }
  return result;
}
