/** The losses by name. Parameters and their defaults are those of the losses' sources (contract/training-configuration.ts). */
import type { LossName, LossParameters } from "#contract/training-configuration.ts";
import type { LossFunction } from "#engine/emit.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { dice } from "./dice.ts";
import { diceCrossEntropy } from "./dice-cross-entropy.ts";
import { focal } from "./focal.ts";
import { focalTversky, tversky } from "./tversky.ts";
import { weightedCrossEntropy } from "./weighted-cross-entropy.ts";

/** The loss called `name`, ready for `emitTraining`. */
export function lossNamed(name: LossName, parameters: LossParameters): LossFunction {
  const { diceDenominator, focal: focalParameters, tversky: prices, focalTverskyGamma } = parameters;
  const losses: Record<LossName, LossFunction> = {
    "weighted-cross-entropy": weightedCrossEntropy,
    "cross-entropy": crossEntropy,
    dice: (tape, logits, target) => dice(tape, logits, target, diceDenominator),
    "dice-cross-entropy": (tape, logits, target) => diceCrossEntropy(tape, logits, target, diceDenominator),
    focal: (tape, logits, target) => focal(tape, logits, target, focalParameters),
    tversky: (tape, logits, target) => tversky(tape, logits, target, prices),
    "focal-tversky": (tape, logits, target) =>
      focalTversky(tape, logits, target, { ...prices, gamma: focalTverskyGamma }),
  };
  return losses[name];
}
