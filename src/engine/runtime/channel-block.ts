/**
 * How many channels ONNX Runtime's fast convolutions take at once on this processor (8 with AVX2, 16 with AVX-512 or Neon): it
 * does not say, so numbered channels are reordered and looked at.
 */
import type { Graph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { floats, floatTensor, openSession } from "./session.ts";

const candidates = [16, 8] as const;

let probedBlock: Promise<number | undefined> | undefined;

/** Undefined where ONNX Runtime has no such convolutions. Asked for once in a process. */
export function channelBlock(): Promise<number | undefined> {
  probedBlock ??= probe();
  return probedBlock;
}

async function probe(): Promise<number | undefined> {
  const [most] = candidates;
  const shape = [1, most, 1, 2];
  const graph: Graph = {
    nodes: [
      {
        operator: "ReorderInput",
        domain: "com.microsoft.nchwc",
        inputs: ["image"],
        outputs: ["blocks"],
        shapes: [shape],
        attributes: {},
      },
    ],
    constants: new Map(),
    inputs: [{ name: "image", shape }],
    outputs: [{ name: "blocks", shape }],
  };
  try {
    const session = await openSession(encodeOnnx(graph), { threads: 1 });
    // Channel c has the values 2 c and 2 c + 1: in blocks all channels of the first pixel come first.
    const image = Float32Array.from({ length: 2 * most }, (_, index) => index);
    const blocks = floats((await session.run({ image: floatTensor(image, shape) })).blocks);
    await session.release();
    return candidates.find((block) => blocks[block - 1] === 2 * (block - 1) && blocks[block] === 1);
  } catch {
    // ONNX Runtime refuses the operator where it has no kernels for it.
    return undefined;
  }
}
