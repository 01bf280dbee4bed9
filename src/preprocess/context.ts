/**
 * 2.5D: which slices a network sees beside the one that it contours. Neighbours are taken by distance in millimetres, not by
 * index, so that a model trained on slices of 5 mm sees the same stretch of the body in a CT of 1 mm slices.
 */
export type ContextOptions = {
  /** Slices on each side, k: the network's input has 2k + 1 channels. */
  readonly context: number;
  /** Distance of neighbours along the stack of slices. */
  readonly contextSpacingMm: number;
};

export function channelCount({ context }: ContextOptions): number {
  return 2 * context + 1;
}

/**
 * Indices of the 2k + 1 slices round slice `slice`, from the lowest to the highest position; the middle one is `slice` itself.
 * Each is the slice nearest to its distance; beyond an end of the stack the last slice repeats. Where slices are more than
 * twice as thick as the distance, the nearest slice is `slice` itself.
 */
export function contextSlices(
  slice: number,
  stack: { readonly count: number; readonly spacingMm: number },
  { context, contextSpacingMm }: ContextOptions,
): number[] {
  return Array.from({ length: 2 * context + 1 }, (_, channel) => {
    const steps = channel - context;
    const away = Math.round((Math.abs(steps) * contextSpacingMm) / stack.spacingMm);
    return Math.max(0, Math.min(stack.count - 1, slice + Math.sign(steps) * away));
  });
}

/**
 * Mean difference of grey levels (of 256), air in both left out, from which two slices are of different stretches of the body.
 * Measured on 1,491 pairs two slices apart in 61 patients and 4,049 pairs of neighbours in phantoms: 999 of 1,000 differ less.
 */
const brokenFrom = 31;
const airBelow = 20;

/**
 * The same slices as `contextSlices`, as if the stack ended where another stretch of the body follows: the last slice before
 * the break repeats. Public data sets leave slices out, and a stack that breaks off must not look like a finding. Each neighbour
 * is compared with the one before it, since slices far from each other differ without a break. `image` gives a slice's grey levels.
 */
export function connectedSlices(
  slice: number,
  stack: {
    readonly count: number;
    readonly spacingMm: number;
    image(slice: number): Uint8Array;
  },
  options: ContextOptions,
): number[] {
  const slices = contextSlices(slice, stack, options);
  for (const direction of [-1, 1]) {
    let broken = false;
    for (let step = 1; step <= options.context; step++) {
      const at = options.context + direction * step;
      const before = slices[at - direction];
      broken ||=
        slices[at] !== before && differenceOf(stack.image(before), stack.image(slices[at])) > brokenFrom;
      if (broken) slices[at] = before;
    }
  }
  return slices;
}

function differenceOf(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < a.length; at++) {
    if (a[at] < airBelow && b[at] < airBelow) continue;
    sum += Math.abs(a[at] - b[at]);
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
