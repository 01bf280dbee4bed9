/** A prediction graph over images, one after the other: ranges of its values, and how far its probabilities are from others. */
import { DelineateError } from "#core/errors.ts";
import { elementCount, type Graph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import type { Ranges } from "#engine/quantise/byte-graph.ts";
import { joinRanges, withRangeOutputs } from "#engine/quantise/value-ranges.ts";
import { floats, floatTensor, openSession, type SessionOptions } from "#engine/runtime/session.ts";

export type Images = readonly Float32Array[];

export type Run = { readonly session: SessionOptions; readonly signal: AbortSignal };

/** Ranges over all images, each as the graph's input [1, channels, height, width] has it. */
export async function measureRanges(graph: Graph, images: Images, run: Run): Promise<Ranges> {
  const results = await runEach(withRangeOutputs(graph), images, run);
  return joinRanges(
    graph,
    results.map((outputs) => new Map([...outputs].map(([name, values]) => [name, values[0]]))),
  );
}

/** Probabilities [1, 1, height, width] of each image. */
export async function probabilitiesOf(graph: Graph, images: Images, run: Run): Promise<Images> {
  const results = await runEach(graph, images, run);
  return results.map((outputs) => outputs.get("probability") ?? new Float32Array());
}

/**
 * Sum of |p - q| over that of p + q, over all pixels of all images: 0 where both are equal, 1 where they share nothing, as
 * 1 - DSC is of masks. What surrounds a tumour is near 0 in both and weighs nothing. 0 for probabilities that are 0 everywhere.
 */
export function probabilityChange(before: Images, after: Images): number {
  let [apart, sum] = [0, 0];
  for (const [at, probabilities] of before.entries()) {
    for (const [pixel, p] of probabilities.entries()) {
      const q = after[at][pixel];
      apart += Math.abs(p - q);
      sum += p + q;
    }
  }
  return sum === 0 ? 0 : apart / sum;
}

/** Throws `cancelled`, between images. */
async function runEach(
  graph: Graph,
  images: Images,
  run: Run,
): Promise<readonly ReadonlyMap<string, Float32Array>[]> {
  const [{ name, shape }] = graph.inputs;
  const session = await openSession(encodeOnnx(graph), run.session);
  try {
    const results: ReadonlyMap<string, Float32Array>[] = [];
    for (const image of images) {
      if (run.signal.aborted) throw new DelineateError("cancelled", "Interrupted; nothing was written.");
      if (image.length !== elementCount(shape))
        throw new Error(`an image of ${image.length} numbers does not fit`);
      const outputs = await session.run({ [name]: floatTensor(image, shape) });
      // A session may use the memory of its outputs again.
      results.push(
        new Map(Object.entries(outputs).map(([output, tensor]) => [output, floats(tensor).slice()])),
      );
    }
    return results;
  } finally {
    await session.release();
  }
}
