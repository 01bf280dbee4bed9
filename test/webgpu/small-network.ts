/** A small network of each kind with images and a target, the same for every runtime that is compared. */
import { createRandom } from "#core/random.ts";
import { emitTraining, initialState } from "#engine/emit.ts";
import { networkNamed } from "#networks/networks.ts";
import { weightedCrossEntropy } from "#training/losses/weighted-cross-entropy.ts";

/** The smallest matrix that leaves batch norm a few values in the deepest stage. */
const sizes: Readonly<Record<string, number>> = { "modified-resnet34": 64, "u-net": 32 };
const batch = 2;

export function smallNetwork(name: string) {
  const size = sizes[name] ?? 64;
  const input = { channels: 1, height: size, width: size };
  const network = networkNamed(name, { width: 4, dropoutRate: 0.1, attention: true });
  const training = emitTraining(network, input, { batch, loss: weightedCrossEntropy, l2: 1e-5 });
  const random = createRandom(5);
  const images = Float32Array.from({ length: batch * size * size }, () => random.normal());
  /** A disc in both images. */
  const inside = (at: number): boolean =>
    ((at % size) - size / 2) ** 2 + ((Math.floor(at / size) % size) - size / 3) ** 2 < (size / 6) ** 2;
  const targets = images.map((_, at) => (inside(at) ? 1 : 0));
  return { network, input, training, images, targets, state: initialState(training, 2), batch, size };
}
