/**
 * A program of its own, run by webgpu.test.ts: `node run-losses.ts DEVICE`. Every loss and its gradient by the logits on one
 * small image; prints them as JSON.
 */
import { lossNames, lossParametersSchema } from "#contract/training-configuration.ts";
import { addInput, addOutput, createGraph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { devices, floats, floatTensor, openSession } from "#engine/runtime/session.ts";
import { createTape } from "#engine/tape.ts";
import { lossNamed } from "#training/losses/losses.ts";
import type { LossRun } from "./network-run.ts";

const device = devices.find((name) => name === process.argv[2]) ?? "cpu";
const shape = [2, 1, 16, 16];
const z = Float32Array.from({ length: 512 }, (_, at) => 2 * Math.sin(at * 0.7));
const y = z.map((_, at) => (at % 5 === 0 ? 1 : 0));
const runs: LossRun[] = [];
for (const name of lossNames) {
  const graph = createGraph();
  const loss = lossNamed(name, lossParametersSchema.parse({}));
  const outputs = loss(createTape(graph), addInput(graph, "z", shape), addInput(graph, "y", shape));
  addOutput(graph, outputs.loss, "loss");
  addOutput(graph, outputs.gradient, "gradient");
  const session = await openSession(encodeOnnx(graph), { device, threads: 1 });
  const result = await session.run({ z: floatTensor(z, shape), y: floatTensor(y, shape) });
  runs.push({ name, loss: floats(result.loss)[0], gradient: [...floats(result.gradient)] });
  await session.release();
}
process.stdout.write(JSON.stringify(runs));
