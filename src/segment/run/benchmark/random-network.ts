/** A network with weights drawn at random, as a prediction graph: its time is that of a trained one. */
import type { networkNames } from "#contract/training-configuration.ts";
import { createRandom } from "#core/random.ts";
import { emitPrediction } from "#engine/emit.ts";
import { addInput, createGraph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { createTape, type Tape } from "#engine/tape.ts";
import { networkNamed } from "#networks/networks.ts";

export type NetworkShape = {
  readonly network: (typeof networkNames)[number];
  readonly width: number;
  /** Rows and columns of its input, which has one channel. */
  readonly size: number;
};

/** The graph as an ONNX file, and the tape that says what it is made of. */
export function randomNetwork({ network, width, size }: NetworkShape): {
  readonly file: Uint8Array;
  readonly tape: Tape;
} {
  const random = createRandom(1);
  const describe = networkNamed(network, { width, dropoutRate: 0 });
  const tape = createTape(createGraph());
  describe(tape, addInput(tape.graph, "image", [1, 1, size, size]));
  const weights = new Map([
    ...tape.parameters.map(({ name, initial }) => [name, initial(random.fork(name))] as const),
    ...tape.running.map(({ name, initial }) => [name, initial()] as const),
  ]);
  const graph = emitPrediction(describe, { channels: 1, height: size, width: size }, weights);
  return { file: encodeOnnx(graph), tape };
}
