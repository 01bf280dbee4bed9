/** What is said when a training diverges: where, with which images, what the weights looked like, and how to go on. */
import { DelineateError } from "#core/errors.ts";
import type { NamedTensor } from "./safetensors.ts";

export type Divergence = {
  /** Optimiser step, from 1. */
  readonly step: number;
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  /** The batch: names of patients in the cohort and slice indices (k); or those of the validation after the step. */
  readonly images: readonly { readonly patient: string; readonly slice: number }[] | "validation";
  /** The weights that made the loss. */
  readonly weights: ReadonlyMap<string, NamedTensor>;
  /** Step of the last checkpoint, 0 if there is none. */
  readonly lastCheckpoint: number;
};

/** Names of the tensors that hold a value that is no finite number. */
export function nonFiniteTensors(weights: ReadonlyMap<string, NamedTensor>): string[] {
  return [...weights].filter(([, { data }]) => !data.every(Number.isFinite)).map(([name]) => name);
}

function largestWeight(weights: ReadonlyMap<string, NamedTensor>): { name: string; size: number } {
  let largest = { name: "none", size: 0 };
  for (const [name, { data }] of weights) {
    for (const value of data) if (Math.abs(value) > largest.size) largest = { name, size: Math.abs(value) };
  }
  return largest;
}

/** `loss-not-finite`, with everything that helps to find the cause. */
export function divergenceError(divergence: Divergence): DelineateError {
  const { step, epoch, loss, learningRate, images, weights, lastCheckpoint } = divergence;
  const broken = nonFiniteTensors(weights);
  const largest = largestWeight(weights);
  const state =
    broken.length > 0
      ? `${broken.length} tensors hold values that are no numbers, ${broken[0]} first: a step before broke them.`
      : `All weights are finite, the largest is ${largest.size.toPrecision(3)} in ${largest.name}.`;
  const of = images === "validation" ? "validation loss" : "loss";
  const where =
    images === "validation"
      ? ""
      : `, with the images ${images.map(({ patient, slice }) => `${patient} slice ${slice}`).join(", ")}`;
  // The same command would diverge again, and an experiment's folder belongs to its plan.
  const checkpoint =
    lastCheckpoint === 0
      ? ""
      : ` The checkpoint of step ${lastCheckpoint} is good: \`delineate train\` takes its weights by --start-from.`;
  return new DelineateError(
    "loss-not-finite",
    `The ${of} at step ${step} (epoch ${epoch}) is ${loss}: the training diverged at learning rate ${learningRate}${where}. ` +
      `${state} Begin again into another --out with a smaller learningRate (--set learningRate=...), or with warmUpSteps.${checkpoint}`,
  );
}
