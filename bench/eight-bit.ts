/**
 * A network in 8 bits beside itself in fp32, in turn: wall clock and processor time for one slice, network alone. Times depend on
 * shapes, not on weights: those are drawn. --like is the `.run.json` of a model in 8 bits: the layers that it keeps in fp32 stay so
 * here, else none does. Layers have the same names in every width of a network.
 *
 *   npm run bench eight-bit -- [--network NAME] [--width 64] [--size 512] [--slices 1] [--like RECORD] [--threads N] [--rounds 9]
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { table } from "#cli/output.ts";
import { createRandom } from "#core/random.ts";
import { emitPrediction } from "#engine/emit.ts";
import { addInput, createGraph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { quantiseGraph } from "#engine/quantise/quantise-graph.ts";
import { createPredictor } from "#engine/runtime/predictor.ts";
import { createTape } from "#engine/tape.ts";
import { networkNamed } from "#networks/networks.ts";
import { median } from "#statistics/moments.ts";
import { measureRanges } from "#training/quantise/run-graph.ts";

const { values } = parseArgs({
  options: {
    network: { type: "string", default: "modified-resnet34" },
    width: { type: "string", default: "64" },
    size: { type: "string", default: "512" },
    slices: { type: "string", default: "1" },
    like: { type: "string" },
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "9" },
  },
});
const [width, size, channels, threads, rounds] = [
  values.width,
  values.size,
  values.slices,
  values.threads,
  values.rounds,
].map(Number);
const recordSchema = z.object({ results: z.object({ inFloats: z.array(z.string()) }) });
const inFloats =
  values.like === undefined
    ? []
    : recordSchema.parse(JSON.parse(await readFile(values.like, "utf8"))).results.inFloats;

const random = createRandom(1);
const describe = networkNamed(values.network, { width, dropoutRate: 0 });
const tape = createTape(createGraph());
describe(tape, addInput(tape.graph, "image", [1, channels, size, size]));
const weights = new Map([
  ...tape.parameters.map(({ name, initial }) => [name, initial(random.fork(name))] as const),
  ...tape.running.map(({ name, initial }) => [name, initial()] as const),
]);
const image = Float32Array.from({ length: channels * size ** 2 }, () => random.normal());
const graph = emitPrediction(describe, { channels, height: size, width: size }, weights);
const ranges = await measureRanges(graph, [image], {
  session: { threads },
  signal: new AbortController().signal,
});
const graphs = { fp32: graph, "8 bits": quantiseGraph(graph, ranges, new Set(inFloats)) };

const measured = await Promise.all(
  Object.entries(graphs).map(async ([name, variant]) => {
    const predictor = await createPredictor(encodeOnnx(variant), { threads });
    return { name, predictor, wallMs: [] as number[], processorMs: [] as number[] };
  }),
);
// The first turn of each is not counted.
for (let round = -1; round < rounds; round++) {
  for (const { predictor, wallMs, processorMs } of measured) {
    const [startedMs, started] = [performance.now(), process.cpuUsage()];
    await predictor.predict(image, [1, channels, size, size]);
    const { user, system } = process.cpuUsage(started);
    if (round < 0) continue;
    wallMs.push(performance.now() - startedMs);
    processorMs.push((user + system) / 1000);
  }
}
const [plain] = measured;
const rows = measured.map(({ name, wallMs, processorMs }) => [
  name,
  median(wallMs).toFixed(1),
  median(wallMs.map((ms, round) => plain.wallMs[round] / ms)).toFixed(2),
  median(processorMs).toFixed(1),
  median(processorMs.map((ms, round) => plain.processorMs[round] / ms)).toFixed(2),
]);
process.stdout.write(
  `${values.network}, width ${width}, ${channels} x ${size} x ${size}, ${threads} threads, ${inFloats.length} layers in fp32, medians of ${rounds} turns\n`,
);
process.stdout.write(`${table(["", "ms", "times faster", "processor ms", "times faster"], rows)}\n`);
for (const { predictor } of measured) await predictor.dispose();
