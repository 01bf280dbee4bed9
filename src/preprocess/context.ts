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
