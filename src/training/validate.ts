/**
 * How good the network is on patients that it does not train on: the loss, and the DSC of each patient. The unit of
 * analysis is the patient: all voxels of all its slices at the network's matrix, without clean-up. The voxels of a batch
 * pooled (1 - the Dice loss) are another figure.
 */

import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import type { ValidationStep } from "#engine/emit-validation.ts";
import { dice } from "#geometry/overlap.ts";
import { makeBatch } from "./batch.ts";
import { batchOf, planEpoch, stepsInEpoch } from "./plan-epoch.ts";
import type { TrainingSet } from "./training-set.ts";

export type Validation = {
  /** Mean over the batches of an epoch without augmentation, comparable with the training's loss. */
  readonly loss: number;
  /** DSC of each patient; null where neither reference nor prediction has a voxel. */
  readonly patients: readonly { readonly name: string; readonly dsc: number | null }[];
  /** Mean over the patients that have one; null if none has. */
  readonly meanDsc: number | null;
};

/** How many patients have a DSC: the mean is over them. */
export function measuredPatients({ patients }: Pick<Validation, "patients">): number {
  return patients.filter(({ dsc }) => dsc !== null).length;
}

/** `set` is the validation patients with the training's normalisation; the target is where p is above `threshold`. */
export async function validate(
  set: TrainingSet,
  configuration: TrainingConfiguration,
  threshold: number,
  step: ValidationStep,
): Promise<Validation> {
  // The same images in each epoch: the figures differ by the weights alone.
  const plain = { ...configuration, augmented: 0 };
  const plan = planEpoch(set, plain, 0);
  const steps = stepsInEpoch(set, plain);
  let loss = 0;
  for (let index = 0; index < steps; index++) {
    const { images, masks } = makeBatch(set, batchOf(plan, index, configuration), configuration);
    loss += (await step(images, masks)).loss / steps;
  }
  const patients = [];
  for (let patient = 0; patient < set.patients.length; patient++) {
    const dsc = await patientDsc(set, patient, { configuration, threshold, step });
    patients.push({ name: set.patients[patient].name, dsc });
  }
  const defined = patients.map(({ dsc }) => dsc).filter((dsc) => dsc !== null);
  const meanDsc =
    defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length;
  return { loss, patients, meanDsc };
}

/** The network as it is after an epoch, and how its output is read. */
type Judged = {
  readonly configuration: TrainingConfiguration;
  readonly threshold: number;
  readonly step: ValidationStep;
};

async function patientDsc(
  set: TrainingSet,
  patient: number,
  { configuration, threshold, step }: Judged,
): Promise<number | null> {
  const { sliceCount } = set.patients[patient];
  const area = configuration.size ** 2;
  const slices = Array.from({ length: sliceCount }, (_, slice) => ({
    patient,
    slice,
    augmentation: undefined,
  }));
  let [reference, predicted, both] = [0, 0, 0];
  for (let first = 0; first < sliceCount; first += configuration.batch) {
    // The last batch is filled up from the beginning; what fills it is not counted.
    const { images, masks } = makeBatch(
      set,
      batchOf(slices, first / configuration.batch, configuration),
      configuration,
    );
    const { probabilities } = await step(images, masks);
    const counted = Math.min(configuration.batch, sliceCount - first) * area;
    for (let at = 0; at < counted; at++) {
      const inside = probabilities[at] > threshold ? 1 : 0;
      reference += masks[at];
      predicted += inside;
      both += inside * masks[at];
    }
  }
  return dice(both, reference + predicted);
}
