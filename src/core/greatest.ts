/** Where the greatest value stands, the first of several; -1 where there are none. A call takes no hundred thousand values at once. */
export function indexOfGreatest(values: ArrayLike<number>): number {
  let greatest = -1;
  for (let at = 0; at < values.length; at++) if (greatest < 0 || values[at] > values[greatest]) greatest = at;
  return greatest;
}
