/**
 * How a body ends above its last slice: its top lies somewhere between that slice and the next, which it did not reach. What
 * is known is how fast it became narrower. A body that narrows as a ball does ends as one: its top follows from two slices. One
 * that does not narrow ends flat, half a slice on, where on the average it does.
 */

type BodyEnd = {
  /** Millimetres from the last slice to the top. */
  readonly topMm: number;
  /** How far the outline has drawn in at a height over the last slice, in millimetres; 0 at the slice. */
  readonly insetMm: (heightMm: number) => number;
  /** How far it has drawn in where it ends: 0 for a flat top. */
  readonly rimInsetMm: number;
};

/** A top is no nearer than this part of the last slice's half width, up to this part of a slice: small regions are noisy. */
const least = { ofDepth: 0.25, ofSlice: 0.35 } as const;
/** From a ball's top this part of a slice too high on, a body ends flat. */
const flatFrom = 0.5;

/**
 * `depthMm`: half width of the last slice (the deepest place in it), `depthBeforeMm` that of the slice before, there; undefined
 * for a body of one slice.
 */
export function bodyEnd(depthMm: number, depthBeforeMm: number | undefined, sliceMm: number): BodyEnd {
  if (depthBeforeMm === undefined) return { topMm: sliceMm / 2, insetMm: () => 0, rimInsetMm: 0 };
  // A ball of radius R with its top h over the slice: depth^2 = 2Rh - h^2, and so one slice below with h + slice.
  const narrowing = Math.max(0, depthBeforeMm ** 2 - depthMm ** 2) / sliceMm + sliceMm;
  const ballTopMm = (Math.sqrt(narrowing ** 2 + 4 * depthMm ** 2) - narrowing) / 2;
  const floorMm = Math.min(least.ofDepth * depthMm, least.ofSlice * sliceMm);
  const flat = Math.min(1, Math.max(0, (ballTopMm / sliceMm - 1) / flatFrom));
  const roundTopMm = Math.min(sliceMm, Math.max(floorMm, ballTopMm));
  const topMm = (1 - flat) * roundTopMm + (flat * sliceMm) / 2;
  const radiusMm = (depthMm ** 2 + topMm ** 2) / (2 * topMm);
  return {
    topMm,
    rimInsetMm: (1 - flat) * depthMm,
    insetMm: (heightMm) => {
      if (heightMm >= topMm) return (1 - flat) * depthMm;
      const halfWidthMm =
        topMm < depthMm
          ? Math.sqrt(Math.max(0, radiusMm ** 2 - (radiusMm - topMm + heightMm) ** 2))
          : depthMm * Math.sqrt(1 - (heightMm / topMm) ** 2);
      return (1 - flat) * (depthMm - halfWidthMm);
    },
  };
}
