/**
 * A convolution of an image that is enlarged by 2 before it, as one of the small image: each small pixel gives the four large ones
 * that it becomes. As many products, without the large image: bytes would round there, and copying it takes longer than the products.
 */
import type { Constant } from "#engine/graph.ts";

/**
 * Large pixels 2i-1, 2i, 2i+1 and 2i+2 of an axis as sums of the small ones i-1, i and i+1 (`upsample2`). The first three are under
 * the kernel at 2i, the last three at 2i+1.
 */
const sums = [
  [0.75, 0.25, 0],
  [0.25, 0.75, 0],
  [0, 0.75, 0.25],
  [0, 0.25, 0.75],
];

/**
 * Of weights [outputs, inputs, 3, 3] for the large image: [4 outputs, inputs, 3, 3] for the small one, rows of the four pixels
 * before columns before channels. What lies beyond the border is 0 in the small image where it was so in the large one: the two large
 * pixels next to the border differ a little.
 */
export function enlargingKernel({ name, shape, data }: Constant): Constant {
  const [outputs, inputs] = shape;
  const planes = outputs * inputs;
  const enlarged = new Float32Array(4 * planes * 9);
  for (let pixel = 0; pixel < 4; pixel++) {
    const [row, column] = [pixel >> 1, pixel & 1];
    for (let plane = 0; plane < planes; plane++) {
      const [from, to] = [plane * 9, (pixel * planes + plane) * 9];
      for (let tap = 0; tap < 9; tap++) {
        const weight = Number(data[from + tap]);
        const [ofRow, ofColumn] = [sums[row + Math.floor(tap / 3)], sums[column + (tap % 3)]];
        for (let at = 0; at < 9; at++)
          enlarged[to + at] += weight * ofRow[Math.floor(at / 3)] * ofColumn[at % 3];
      }
    }
  }
  return { name, shape: [4 * outputs, inputs, 3, 3], data: enlarged };
}

/** A bias [outputs] for each of the four pixels. */
export function fourTimes({ name, shape: [outputs], data }: Constant): Constant {
  return {
    name,
    shape: [4 * outputs],
    data: Float32Array.from({ length: 4 * outputs }, (_, at) => Number(data[at % outputs])),
  };
}
