/** Where the greatest value stands, the first of several; -1 where there are none. A call takes no hundred thousand values at once. */
export function indexOfGreatest(values: ArrayLike<number>): number {
  let found = -1;
  for (let at = 0; at < values.length; at++) if (found < 0 || values[at] > values[found]) found = at;
  return found;
}
