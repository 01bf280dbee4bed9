import { expect, test } from "vitest";
import { chooseFloats } from "./choose-floats.ts";

/** What each layer costs in bytes; together they cost the sum. */
const costs: Readonly<Record<string, number>> = { a: 1, b: 16, c: 2, d: 8, e: 4 };
const layers = Object.keys(costs);

const choose = async (allowed: number, known = costs) => {
  const tried: ReadonlySet<string>[] = [];
  const cost = async (inFloats: ReadonlySet<string>): Promise<number> =>
    layers.reduce((sum, layer) => sum + (inFloats.has(layer) ? 0 : known[layer]), 0);
  const exact = (inFloats: ReadonlySet<string>): Promise<number> => {
    tried.push(inFloats);
    return cost(inFloats);
  };
  return { chosen: await chooseFloats(layers, { rough: cost, exact, allowed }), tried };
};

test.each([
  [31, [], 31],
  [30, ["b"], 15],
  [7, ["b", "d"], 7],
  [6, ["b", "d", "e"], 3],
  [0, ["b", "d", "e", "c", "a"], 0],
])(
  "where %d is allowed, the fewest of the costliest layers stay in floats: %j",
  async (allowed, names, cost) => {
    const { chosen } = await choose(allowed);
    expect({ ...chosen, inFloats: [...chosen.inFloats] }).toEqual({ inFloats: names, cost });
  },
);

test("all layers together are tried a few times only", async () => {
  expect((await choose(7)).tried.length).toBeLessThanOrEqual(3);
});
