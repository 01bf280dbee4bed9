/**
 * What is to hold of target volumes before anybody signs them (ICRU 83: a GTV lies in its CTV, a CTV in its PTV), and what mostly
 * holds of any structure: no contour in the air round the patient, no slice left out between two. Without tolerance: one voxel
 * outside is said.
 */
import { counted } from "#core/counted.ts";
import { numberRuns } from "#core/number-runs.ts";
import { boundingBox } from "#geometry/crop.ts";
import { type Mask, maskSlice } from "#geometry/mask.ts";

const targetLevels = ["GTV", "CTV", "PTV"] as const;
export type TargetLevel = (typeof targetLevels)[number];

/** The level that a type or a name begins with, in whatever case: "PTV", "gtv-1"; undefined for none. */
export function targetLevel(...texts: readonly string[]): TargetLevel | undefined {
  for (const text of texts) {
    const match = targetLevels.find((level) => text.trim().toUpperCase().startsWith(level));
    if (match !== undefined) return match;
  }
  return undefined;
}

/**
 * The level of a structure of a file: by its RT ROI Interpreted Type; where that says nothing, or ORGAN, which some programs write
 * of every ROI, by what it is called. Undefined for what is no target.
 */
export function statedLevel(interpretedType: string, ...names: readonly string[]): TargetLevel | undefined {
  const saysLittle = ["", "ORGAN"].includes(interpretedType.trim().toUpperCase());
  return saysLittle ? targetLevel(...names) : targetLevel(interpretedType);
}

export type Target = {
  /** Unique among those that are checked together. */
  readonly id: string;
  readonly name: string;
  readonly level: TargetLevel;
  readonly mask: Mask;
  /** Ids of what it was made from, where that is known. */
  readonly sources: readonly string[];
};

export type StructureFault = {
  readonly code: "gtv-outside-ctv" | "gtv-outside-ptv" | "ctv-outside-ptv" | "outside-body" | "empty-slice";
  readonly severity: "error" | "warning";
  readonly structure: string;
  /** Voxels that are outside; 0 of an empty slice. */
  readonly voxels: number;
  /** Outside of what, in words; of an empty slice nothing. */
  readonly outsideOf: string;
  /** From 0 at the feet, ascending. */
  readonly slices: readonly number[];
};

const pairs = [
  ["GTV", "CTV", "gtv-outside-ctv"],
  ["GTV", "PTV", "gtv-outside-ptv"],
  ["CTV", "PTV", "ctv-outside-ptv"],
] as const;

/**
 * Errors: targets that do not lie in those of a higher level. A target lies in those that were made from it; where none is known to
 * be, in all of that level together. Empty ones hold nothing and need nothing. All masks lie on one grid.
 */
export function nestingFaults(targets: readonly Target[]): StructureFault[] {
  const drawnTargets = targets.filter(({ mask }) => boundingBox(mask) !== undefined);
  return pairs.flatMap(([inner, outer, code]) =>
    drawnTargets
      .filter(({ level }) => level === inner)
      .flatMap((target): StructureFault[] => {
        const holders = drawnTargets.filter(({ level }) => level === outer);
        const derived = holders.filter(({ sources }) => sources.includes(target.id));
        const checked = derived.length > 0 ? derived : holders;
        if (checked.length === 0) return [];
        const outside = outsideOf(
          target.mask,
          checked.map(({ mask }) => mask),
        );
        const outsideNames = checked.map(({ name }) => name).join(" and ");
        if (outside.voxels === 0) return [];
        return [{ code, severity: "error", structure: target.name, outsideOf: outsideNames, ...outside }];
      }),
  );
}

/** Warnings about one structure; `body` undefined where it is not known. An empty structure has none. */
export function shapeFaults(structure: string, mask: Mask, body: Mask | undefined): StructureFault[] {
  const box = boundingBox(mask);
  if (box === undefined) return [];
  const faults: StructureFault[] = [];
  const empty: number[] = [];
  for (let k = box.from[2]; k < box.to[2]; k++) if (!maskSlice(mask, k).includes(1)) empty.push(k);
  const base = { severity: "warning", structure } as const;
  if (empty.length > 0)
    faults.push({ code: "empty-slice", ...base, voxels: 0, outsideOf: "", slices: empty });
  if (body === undefined) return faults;
  const outside = outsideOf(mask, [body]);
  if (outside.voxels > 0) faults.push({ code: "outside-body", ...base, outsideOf: "the body", ...outside });
  return faults;
}

/** Voxels of the mask that are in none of the others, and their slices. */
function outsideOf(mask: Mask, others: readonly Mask[]): { voxels: number; slices: number[] } {
  const area = mask.grid.size[0] * mask.grid.size[1];
  const slices = new Set<number>();
  let voxels = 0;
  // From voxel to voxel of the mask: most of a CT is outside it.
  for (let at = mask.data.indexOf(1); at >= 0; at = mask.data.indexOf(1, at + 1)) {
    if (others.some(({ data }) => data[at] === 1)) continue;
    voxels++;
    slices.add(Math.floor(at / area));
  }
  return { voxels, slices: [...slices] };
}

/** One sentence; slices are counted from 1 at the feet. */
export function faultInWords({ structure, voxels, outsideOf, slices }: StructureFault): string {
  const sliceText = `${slices.length > 1 ? "slices" : "slice"} ${slicesInWords(slices)}`;
  if (outsideOf === "") return `${structure} is empty in ${sliceText}, between slices with contours.`;
  return `${structure} has ${counted(voxels, "voxel")} outside ${outsideOf}, in ${sliceText}.`;
}

/** "4, 7 to 9": ascending slices, counted from 1. */
export function slicesInWords(slices: readonly number[]): string {
  return numberRuns(slices)
    .map(([from, to]) => (from === to ? `${from + 1}` : `${from + 1} to ${to + 1}`))
    .join(", ");
}
