import { expect, test } from "vitest";
import { blockCounts, blockMeans } from "./block-means.ts";

test("blocks at the far borders are means over the voxels that they have", () => {
  // i + 10 j + 100 k on 3 x 2 x 3 voxels.
  const values = [0, 1, 2].flatMap((k) => [0, 1].flatMap((j) => [0, 1, 2].map((i) => i + 10 * j + 100 * k)));
  expect(blockCounts([3, 2, 3], [2, 2, 2])).toEqual([2, 1, 2]);
  expect([...blockMeans(values, [3, 2, 3], [2, 2, 2])]).toEqual([55.5, 57, 205.5, 207]);
});
