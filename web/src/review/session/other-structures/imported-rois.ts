/**
 * ROIs that came with the CT, as the page shows them: looked at, compared and copied, never changed. Each has the colour of its
 * structure set, or one of the program's where the set has none.
 */
import type { MaskSource } from "#contract/workspace/case.ts";
import { type StructureType, structureTypes } from "#contract/workspace/review.ts";
import { statedLevel } from "#geometry/margins/target-checks.ts";
import type { ReviewState } from "../review-state.ts";

type Colour = readonly [number, number, number];

export type ImportedRoi = {
  /** Of its mask source. */
  readonly id: string;
  readonly name: string;
  /** For a list: told apart from others of its name. */
  readonly label: string;
  /** As its set states it, such as BOLUS; empty for nothing. */
  readonly statedType: string;
  /** That of a copy: the workspace has fewer types than DICOM. */
  readonly type: StructureType;
  readonly colour: Colour;
  readonly volumeCc: number;
};

/** None of these is a colour of targets. */
const otherColours: readonly Colour[] = [
  [120, 220, 160],
  [230, 220, 110],
  [110, 200, 230],
  [200, 160, 240],
  [240, 180, 150],
  [170, 190, 90],
];

export function importedRois({ sources }: { readonly sources: readonly MaskSource[] }): ImportedRoi[] {
  return sources.flatMap(({ id, label, volumeCc, roi }, at) => {
    if (roi === undefined) return [];
    const { name, colour } = roi;
    const statedType = roi.type.trim().toUpperCase();
    const shown = colour ?? otherColours[at % otherColours.length];
    return [{ id, name, label, statedType, type: typeOf(statedType, name), colour: shown, volumeCc }];
  });
}

/** As its set states it where the workspace has that type; of the rest, such as a bolus, no target is made by its name. */
function typeOf(type: string, name: string): StructureType {
  return statedLevel(type, name) ?? structureTypes.find((candidate) => candidate === type) ?? "ORGAN";
}

/** What a copy of it is called and counts as from now on, and what its set states where that is another type. */
export function copyInWords({ name: from, statedType, type }: ImportedRoi, name: string): string {
  const sentence = `${name} was made from ${from}, of type ${type}`;
  return ["", type].includes(statedType)
    ? sentence
    : `${sentence}: the set it came with states ${statedType}, and the copy is exported as ${type}`;
}

export function shownImports({ detail, shownSources }: ReviewState): ImportedRoi[] {
  return shownSources.size === 0 ? [] : importedRois(detail).filter(({ id }) => shownSources.has(id));
}
