/**
 * Results that are used one after another and are large: they come in the order of the items, and no more than `most` are begun, the
 * one among them that the taker has not done with.
 */
export async function* begunAhead<Item, Result>(
  items: readonly Item[],
  most: number,
  begin: (item: Item, at: number) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const ahead: Promise<Result>[] = [];
  let next = 0;
  while (next < items.length || ahead.length > 0) {
    for (; next < items.length && ahead.length < most; next++) {
      const result = begin(items[next], next);
      // Who waits for the first failure never takes the later ones.
      result.catch(() => undefined);
      ahead.push(result);
    }
    const first = ahead.shift();
    if (first !== undefined) yield await first;
  }
}
