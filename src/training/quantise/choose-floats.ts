/**
 * Which layers stay in fp32: by what each costs alone. Bytes in one layer at a time give an order; the fewest of its first layers are
 * taken with which all others in bytes cost no more than is allowed.
 */

/** Distance of the probabilities from those of the fp32 graph (run-graph.ts) with these layers in floats. */
type Cost = (inFloats: ReadonlySet<string>) => Promise<number>;

type ChosenFloats = { readonly inFloats: ReadonlySet<string>; readonly cost: number };

/**
 * `layers` are results of layers that could be bytes. `rough` may measure on fewer images than `exact`. Once per layer, then once
 * per halving of what is left; that fewer floats cost more is taken for granted. With all layers in floats nothing is lost.
 */
export async function chooseFloats(
  layers: readonly string[],
  { rough, exact, allowed }: { readonly rough: Cost; readonly exact: Cost; readonly allowed: number },
): Promise<ChosenFloats> {
  const alone: { readonly layer: string; readonly cost: number }[] = [];
  for (const layer of layers) {
    const others = new Set(layers.filter((other) => other !== layer));
    alone.push({ layer, cost: await rough(others) });
  }
  const order = alone.toSorted((a, b) => b.cost - a.cost).map(({ layer }) => layer);
  const first = (count: number): ReadonlySet<string> => new Set(order.slice(0, count));
  let best: ChosenFloats = { inFloats: first(order.length), cost: 0 };
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const inFloats = first(middle);
    const cost = await exact(inFloats);
    if (cost <= allowed) {
      best = { inFloats, cost };
      high = middle;
    } else low = middle + 1;
  }
  return best;
}
