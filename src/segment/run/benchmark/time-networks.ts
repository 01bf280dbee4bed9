/** The time that a network takes for a slice, alone: on one core, on all, and on a GPU where there is one. */
import { availableParallelism } from "node:os";
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import { createRandom } from "#core/random.ts";
import { chooseDevice } from "#engine/runtime/devices.ts";
import { createPredictor } from "#engine/runtime/predictor.ts";
import type { Device } from "#engine/runtime/session.ts";
import { median } from "#statistics/moments.ts";
import { type NetworkShape, randomNetwork } from "./random-network.ts";

type Place = { readonly device: Device; readonly threads: number };

export type NetworkTime = NetworkShape &
  Place & {
    /** Median of the rounds. */
    readonly msPerSlice: number;
  };

/** The networks take turns, so that other work on the machine slows all of them. */
export async function timeNetworks(
  shapes: readonly NetworkShape[],
  options: { readonly rounds: number; readonly progress: Progress; readonly signal: AbortSignal },
): Promise<NetworkTime[]> {
  const { rounds, progress, signal } = options;
  const places = await placesHere();
  const runs = [];
  for (const shape of shapes) {
    const { file } = randomNetwork(shape);
    const random = createRandom(2);
    const image = Float32Array.from({ length: shape.size ** 2 }, () => random.normal());
    const input = [1, 1, shape.size, shape.size];
    for (const place of places) {
      const predictor = await createPredictor(file, place);
      // The first run allocates, and on a GPU compiles.
      await predictor.predict(image.slice(), input);
      runs.push({ shape, place, predictor, image, input, ms: [] as number[] });
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const { predictor, image, input, ms } of runs) {
      if (signal.aborted) throw new DelineateError("cancelled", "Interrupted; nothing was measured.");
      const before = performance.now();
      await predictor.predict(image.slice(), input);
      ms.push(performance.now() - before);
    }
    progress.report("timing the networks", round + 1, rounds);
  }
  for (const { predictor } of runs) await predictor.dispose();
  return runs.map(({ shape, place, ms }) => ({ ...shape, ...place, msPerSlice: median(ms) }));
}

async function placesHere(): Promise<Place[]> {
  const cores = availableParallelism();
  const places: Place[] = [1, ...(cores > 1 ? [cores] : [])].map((threads) => ({ device: "cpu", threads }));
  const { device } = await chooseDevice("auto");
  return device === "cpu" ? places : [...places, { device, threads: 1 }];
}
