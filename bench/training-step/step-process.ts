/**
 * One side of bench/training-step.ts: training steps of one revision of the engine, on request. Arguments: the checkout, network,
 * size, width, batch, threads. Each line of standard input is a request: "train" is answered with the step's wall and processor
 * seconds, "memory" with the peak memory in kilobytes. The modules come from the checkout that is named.
 */
import { join } from "node:path";
import { createInterface } from "node:readline";

const [checkout, name, ...numbers] = process.argv.slice(2);
const [size, width, batch, threads] = numbers.map(Number);
const part = (path: string) => import(join(checkout, "src", path));
const { networkNamed } = await part("networks/networks.ts");
const { emitTraining, initialState } = await part("engine/emit.ts");
const { createTrainer } = await part("engine/runtime/trainer.ts");
const { createRandom } = await part("core/random.ts");
const { weightedCrossEntropy } = await part("training/losses/weighted-cross-entropy.ts");

const training = emitTraining(
  networkNamed(name, { width, dropoutRate: 0 }),
  { channels: 1, height: size, width: size },
  { batch, loss: weightedCrossEntropy, l2: 1e-5 },
);
const trainer = await createTrainer(training, initialState(training, 1), { seed: 1, threads });
const random = createRandom(1);
const images = Float32Array.from({ length: batch * size * size }, () => random.normal());
const targets = images.map(() => (random.next() < 0.02 ? 1 : 0));

for await (const request of createInterface({ input: process.stdin })) {
  if (request === "memory") {
    console.log(process.resourceUsage().maxRSS);
    continue;
  }
  const [before, usedBefore] = [performance.now(), process.cpuUsage()];
  await trainer.step(images, targets, { learningRate: 1e-4 });
  const { user, system } = process.cpuUsage(usedBefore);
  console.log((performance.now() - before) / 1e3, (user + system) / 1e6);
}
await trainer.dispose();
