/** Whole numbers as a person lists them: what follows without a gap as first and last. */

/** Of ascending numbers: 3, 6, 7, 8 are [3, 3] and [6, 8]. */
export function numberRuns(
  ascending: readonly number[],
): readonly (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const number of ascending) {
    const run = runs.at(-1);
    if (run !== undefined && number === run[1] + 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}
