/**
 * The data side of a training: one augmented 512 x 512 image with its mask (map drawn and computed, both warped, normalised)
 * against SciPy's affine_transform of the same image and mask by the same map, in turn in one run, one thread each; also
 * with the options past the paper. Says how far the two images are apart. SciPy: Debian's python3-scipy.
 *
 *   npm run bench augment [rounds]
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { table } from "#cli/output.ts";
import { augmentationOptionsSchema } from "#contract/augmentation-options.ts";
import { defaultTraining } from "#contract/training-configuration.ts";
import { createRandom } from "#core/random.ts";
import { normaliseInto } from "#preprocess/normalise.ts";
import { median } from "#statistics/moments.ts";
import { affineOf, drawAugmentation, warpOf } from "#training/augment/augmentation.ts";
import { augmenter } from "#training/batch.ts";

const rounds = Number(process.argv[2] ?? 40);
const size = 512;
const paper = augmentationOptionsSchema.parse({});
const elastic = { ...paper, elastic: 0.03, rotationDegrees: 10 };
const everything = { ...elastic, contrast: 0.1, brightnessHu: 30, noiseHu: 30, blurPixels: 1 };

const random = createRandom(1);
const image = Uint8Array.from({ length: size * size }, (_, at) => {
  const [x, y] = [at % size, Math.floor(at / size)];
  return Math.round(120 + 60 * Math.sin(x / 9) + 60 * Math.cos(y / 13));
});
const mask = image.map((level) => (level > 180 ? 1 : 0));

const python = spawn("/usr/bin/python3", [join(import.meta.dirname, "scipy_affine.py"), String(size)], {
  stdio: ["pipe", "pipe", "inherit"],
});
python.on("exit", (code) => {
  if (code !== 0) throw new Error("SciPy's side ended; install it: sudo apt-get install -y python3-scipy");
});
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
async function ask(line: string): Promise<string> {
  python.stdin.write(`${line}\n`);
  return String((await answers.next()).value);
}
await ask(JSON.stringify({ image: [...image], mask: [...mask] }));

function oursMs(options: typeof paper, draw: number): number {
  const target = new Float32Array(size * size);
  const before = performance.now();
  const drawn = drawAugmentation(random.fork(draw), options);
  const augment = augmenter(drawn, size, defaultTraining.greyLevels);
  normaliseInto(target, augment.image(image, 0), { mean: 30, standardDeviation: 30 });
  augment.mask(mask);
  return performance.now() - before;
}

const warmUps = 10;
const times = {
  paper: [] as number[],
  elastic: [] as number[],
  everything: [] as number[],
  scipy: [] as number[],
};
let furthest = 0;
for (let round = -warmUps; round < rounds; round++) {
  const drawn = drawAugmentation(random.fork(round), paper);
  const { xx, xy, x0, yx, yy, y0 } = affineOf(drawn.transforms, size);
  const roundMs = [oursMs(paper, round), oursMs(elastic, round), oursMs(everything, round)];
  const scipy = JSON.parse(await ask(JSON.stringify([yy, yx, xy, xx, y0, x0])));
  if (round < 0) continue;
  times.paper.push(roundMs[0]);
  times.elastic.push(roundMs[1]);
  times.everything.push(roundMs[2]);
  times.scipy.push(scipy.ms);
  const warped = warpOf(drawn, size).image(image, 0);
  // Around the edge the two differ by definition: SciPy does not interpolate towards the outside.
  const samples: [number, number][] = scipy.samples;
  for (const [at, value] of samples) furthest = Math.max(furthest, Math.abs(warped[at] - value));
}
python.stdin.end();
const base = median(times.scipy);
const rows = [
  ["paper's four transforms", times.paper],
  ["with rotation and elastic deformation", times.elastic],
  ["with contrast, noise and blur too", times.everything],
  ["SciPy affine_transform, order 1 and 0", times.scipy],
].map(([name, values]) => {
  const ms = median(values as number[]);
  return [String(name), ms.toFixed(1), (ms / base).toFixed(2)];
});
process.stdout.write(`one image of 512 x 512 and its mask, medians of ${rounds}\n`);
process.stdout.write(`${table(["", "ms", "of SciPy's time"], rows)}\n`);
process.stdout.write(
  `largest difference from SciPy at 2000 inner places: ${furthest.toExponential(1)} levels\n`,
);
