/** Ranks from 1, equal values sharing the mean of their ranks (midranks). */

type Ranks = {
  /** In the order of the values. */
  readonly ranks: readonly number[];
  /** How many values share each value that occurs more than once. */
  readonly ties: readonly number[];
};

export function rank(values: readonly number[]): Ranks {
  const order = values.map((_, at) => at).sort((p, q) => values[p] - values[q]);
  const ranks = new Array<number>(values.length);
  const ties: number[] = [];
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    // Ranks from + 1 .. to.
    for (let at = from; at < to; at++) ranks[order[at]] = (from + 1 + to) / 2;
    if (to - from > 1) ties.push(to - from);
    from = to;
  }
  return { ranks, ties };
}
