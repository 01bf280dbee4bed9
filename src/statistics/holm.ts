/** Holm's step-down correction (1979) of several P values: the chance of one false finding among all stays below the level. */

/** Adjusted values in the order given; null stays null and does not count as a test. */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const tested = pValues
    .flatMap((p, at) => (p === null ? [] : [{ p, at }]))
    .sort((first, second) => first.p - second.p);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let least = 0;
  tested.forEach(({ p, at }, rank) => {
    least = Math.max(least, Math.min(1, p * (tested.length - rank)));
    adjusted[at] = least;
  });
  return adjusted;
}
