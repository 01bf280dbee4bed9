/**
 * What a U-Net of each width costs beside the modified ResNet34: multiply-adds of its convolutions for one slice, and the time
 * to predict one, network alone, in turn. The paper does not state its U-Net's width, but its times do: 28 against 21 ms a
 * slice (Zhang 2020, Table 2), a ratio of 1.33.
 *
 *   npm run bench network-costs [size] [width of the ResNet] [widths of the U-Net, with commas] [threads] [rounds]
 */
import { table } from "#cli/output.ts";
import { createRandom } from "#core/random.ts";
import { elementCount } from "#engine/graph.ts";
import { createPredictor } from "#engine/runtime/predictor.ts";
import type { Tape } from "#engine/tape.ts";
import { paper } from "#experiment/report/zhang2020/paper.ts";
import { randomNetwork } from "#segment/run/benchmark/random-network.ts";
import { median } from "#statistics/moments.ts";

const [size, width] = [256, 16].map((value, index) => Number(process.argv[2 + index] ?? value));
const uNetWidths = (process.argv[4] ?? "4,5,6,7,8,16").split(",").map(Number);
const [threads, rounds] = [1, 15].map((value, index) => Number(process.argv[5 + index] ?? value));

type Candidate = { readonly network: "modified-resnet34" | "u-net"; readonly width: number };
const candidates: readonly Candidate[] = [
  { network: "modified-resnet34", width },
  ...uNetWidths.map((channels): Candidate => ({ network: "u-net", width: channels })),
];
const random = createRandom(1);
const image = Float32Array.from({ length: size * size }, () => random.normal());

const measured = [];
for (const { network, width: channels } of candidates) {
  const { file, tape } = randomNetwork({ network, width: channels, size });
  const predictor = await createPredictor(file, { threads });
  await predictor.predict(image, [1, 1, size, size]);
  measured.push({ network, channels, predictor, operations: multiplyAdds(tape), ms: [] as number[] });
}
for (let round = 0; round < rounds; round++) {
  for (const { predictor, ms } of measured) {
    const startedMs = performance.now();
    await predictor.predict(image, [1, 1, size, size]);
    ms.push(performance.now() - startedMs);
  }
}

const [resnet] = measured;
const rows = measured.map(({ network, channels, operations, ms }) => [
  network,
  String(channels),
  (operations / 1e9).toFixed(3),
  (operations / resnet.operations).toFixed(2),
  median(ms).toFixed(1),
  median(ms.map((time, round) => time / resnet.ms[round])).toFixed(2),
]);
const theirs = paper.networks["u-net"].sliceMs.mean / paper.networks["modified-resnet34"].sliceMs.mean;
process.stdout.write(
  `${size} x ${size}, one slice, ${threads} threads, medians of ${rounds} turns; the paper's ratio of times: ${theirs.toFixed(2)}\n`,
);
const titles = ["network", "width", "10^9 multiply-adds", "ratio", "ms", "ratio"];
process.stdout.write(`${table(titles, rows)}\n`);
for (const { predictor } of measured) await predictor.dispose();

/** Of the convolutions, which a training tape records with their weights [out, in, kernel, kernel]. */
function multiplyAdds({ records, parameters }: Tape): number {
  const kernels = new Map(parameters.map(({ name, shape }) => [name, shape]));
  return records.reduce((sum, { output, inputs }) => {
    const kernel = kernels.get(inputs[1]?.name ?? "");
    if (kernel === undefined || kernel.length !== 4) return sum;
    return sum + (elementCount(output.shape) * elementCount(kernel)) / kernel[0];
  }, 0);
}
