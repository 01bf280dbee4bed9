/**
 * Results that are used one after another and are large: they come in the order of the items, and no more than `most` are begun, the
 * one among them that the taker has not done with.
 */
export async function* begunAhead<Item, Result>(
  items: Iterable<Item>,
  most: number,
  begin: (item: Item, at: number) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const ahead: Promise<Result>[] = [];
  let at = 0;
  for (const item of items) {
    const result = begin(item, at++);
    // Who waits for the first failure never takes the later ones.
    result.catch(() => undefined);
    ahead.push(result);
    const first = ahead.length < most ? undefined : ahead.shift();
    if (first !== undefined) yield await first;
  }
  for (const result of ahead) yield await result;
}
