/**
 * How large and how small the mean JSC of cases can be, given mean and SD of their DSC. For each case JSC = f(DSC) with
 * f(d) = d / (2 - d), whose third derivative is positive on [0, 1]: by the Chebyshev-Markov-Krein theorem (Karlin and Studden,
 * Tchebycheff Systems, 1966, chapter III) the mean of f is largest for the distribution on two points of which one is 1, and smallest for
 * the one on two points of which one is 0.
 */

function jaccardOfDice(dsc: number): number {
  return dsc / (2 - dsc);
}

/** DSC in [0, 1]; `mean` inside (0, 1). Whatever the distribution, the mean JSC lies between the two. */
export function meanJaccardBounds(mean: number, standardDeviation: number): readonly [number, number] {
  return [meanOverTwoPoints(mean, standardDeviation, 0), meanOverTwoPoints(mean, standardDeviation, 1)];
}

/** Mean of f over the distribution with this mean and SD on `end` and one other point. */
function meanOverTwoPoints(mean: number, standardDeviation: number, end: 0 | 1): number {
  const variance = standardDeviation ** 2;
  const gap = mean - end;
  const other = mean + variance / gap;
  const weightOfEnd = variance / (gap ** 2 + variance);
  return weightOfEnd * jaccardOfDice(end) + (1 - weightOfEnd) * jaccardOfDice(other);
}
