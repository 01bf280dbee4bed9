/** Blocked convolutions against the plain ones of the same graph, both run by ONNX Runtime. */
import { describe, expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import { addInput, addOutput, apply, createGraph, elementCount, type Graph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { channelBlock } from "#engine/runtime/channel-block.ts";
import { floats, floatTensor, openSession } from "#engine/runtime/session.ts";
import { blockChannels } from "./block-channels.ts";

type Layer = { readonly channels: number; readonly kernel: number; readonly stride?: number };

/** Convolutions one after the other, on an image [4, inputs, 16, 24]; every result is an output. */
function chain(inputs: number, layers: readonly Layer[]): Graph {
  const graph = createGraph();
  let value = addInput(graph, "image", [4, inputs, 16, 24]);
  const results = layers.map(({ channels, kernel, stride = 1 }, at) => {
    const [batch, inputChannels, height, width] = value.shape;
    const weight = addInput(graph, `weight ${at}`, [channels, inputChannels, kernel, kernel]);
    const padding = (kernel - 1) / 2;
    value = apply(
      graph,
      [
        "Conv",
        {
          kernel_shape: [kernel, kernel],
          strides: [stride, stride],
          pads: [padding, padding, padding, padding],
        },
      ],
      [value, weight],
      [batch, channels, Math.ceil(height / stride), Math.ceil(width / stride)],
    );
    return value;
  });
  results.forEach((result, at) => {
    addOutput(graph, result, `result ${at}`);
  });
  return graph;
}

async function run(graph: Graph): Promise<Map<string, Float32Array>> {
  const random = createRandom(5);
  const session = await openSession(encodeOnnx(graph), { threads: 1 });
  const feeds = graph.inputs.map(({ name, shape }) => {
    const data = Float32Array.from({ length: elementCount(shape) }, () => random.uniform(-1, 1));
    return [name, floatTensor(data, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  const outputs = graph.outputs.map(({ name }) => [name, floats(results[name]).slice()] as const);
  await session.release();
  return new Map(outputs);
}

const block = (await channelBlock()) ?? 0;

describe.runIf(block > 0)("blocked convolutions compute what plain ones compute", () => {
  const cases: readonly {
    readonly name: string;
    readonly inputs: number;
    readonly layers: readonly Layer[];
  }[] = [
    { name: "of whole blocks", inputs: 16, layers: [{ channels: 16, kernel: 3 }] },
    { name: "from one channel, stride 2", inputs: 1, layers: [{ channels: 16, kernel: 7, stride: 2 }] },
    { name: "to a part of a block", inputs: 16, layers: [{ channels: 12, kernel: 3 }] },
    { name: "from a part of a block", inputs: 20, layers: [{ channels: 16, kernel: 1 }] },
    {
      name: "one after the other",
      inputs: 3,
      layers: [
        { channels: 16, kernel: 3 },
        { channels: 12, kernel: 3 },
        { channels: 16, kernel: 1, stride: 2 },
      ],
    },
  ];
  test.each(cases)("$name", async ({ inputs, layers }) => {
    const plain = chain(inputs, layers);
    const blocked = blockChannels(plain, block);
    expect(
      blocked.nodes.filter(({ operator, domain }) => operator === "Conv" && domain === undefined),
    ).toEqual([]);
    const [expected, actual] = [await run(plain), await run(blocked)];
    for (const [name, values] of expected) {
      const worst = values.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - (actual.get(name)?.[at] ?? Number.NaN))),
        0,
      );
      expect(worst, name).toBeLessThan(1e-4);
    }
  });
});

test("what gains nothing stays as it is: few pixels, few or odd channels", () => {
  const few = chain(128, [{ channels: 128, kernel: 3 }]);
  const odd = chain(16, [
    { channels: 2, kernel: 3 },
    { channels: 18, kernel: 3 },
  ]);
  expect(blockChannels(few, 8).nodes).toEqual(few.nodes);
  expect(blockChannels(odd, 8).nodes).toEqual(odd.nodes);
});
