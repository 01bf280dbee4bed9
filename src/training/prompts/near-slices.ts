/**
 * Slices without target teach a network that answers prompts where a tumour ends: those that a neighbour's contour can reach
 * do, the rest of the chest shows nothing that such a network is ever asked.
 */
import { type CohortImages, type ImageRef, sliceOf, type TrainingSet } from "#training/training-set.ts";
import { promptReach } from "./draw-prompt.ts";

/** The set without those slices that hold no target and are out of the reach of any that does. */
export function keepNearSlices(set: TrainingSet): TrainingSet {
  const isNear = ({ patient, slice }: ImageRef): boolean => {
    const { mask, sliceCount, sliceSpacingMm } = set.patients[patient];
    const reach = promptReach(sliceSpacingMm);
    const [first, last] = [Math.max(0, slice - reach), Math.min(sliceCount - 1, slice + reach)];
    for (let k = first; k <= last; k++) if (sliceOf(mask, k, set.size).includes(1)) return true;
    return false;
  };
  const keep = <Images extends CohortImages>(images: Images): Images => ({
    ...images,
    withoutTarget: images.withoutTarget.filter(isNear),
  });
  return { ...keep(set), additions: set.additions.map(keep) };
}
