/** The ways to combine the active structure with another one, as a table: what the panel shows, and how a mask changes. */
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { intersect, subtract, unite } from "#editing/tools/combine-masks.ts";
import { cropNear, ringAround } from "#editing/tools/near-mask.ts";
import type { Mask } from "#geometry/mask.ts";

type CombinationEntry = {
  readonly label: string;
  /** A sentence with the active structure and the other one. */
  readonly help: (active: string, other: string) => string;
  /** Distances that are asked for, in the order in which `change` takes them. */
  readonly distances: readonly { readonly label: string; readonly firstMm: number }[];
  readonly nothing: string;
  readonly change: (mask: Mask, other: Mask, distancesMm: readonly number[]) => MaskPatch;
};

/** Named as in #contract/workspace/edit-kinds.ts; in the panel's order. */
const combinations = {
  union: {
    label: "Union",
    help: (active, other) => `What is in ${active} or in ${other}.`,
    distances: [],
    nothing: "All of the other structure is in this one already",
    change: unite,
  },
  intersection: {
    label: "Intersection",
    help: (active, other) => `What is in both ${active} and ${other}.`,
    distances: [],
    nothing: "All of this structure is in the other one",
    change: intersect,
  },
  difference: {
    label: "Difference",
    help: (active, other) => `What is in ${active} and not in ${other}.`,
    distances: [],
    nothing: "The two structures share nothing",
    change: subtract,
  },
  crop: {
    label: "Crop",
    help: (active, other) => `${active} without what lies within the distance of ${other}.`,
    distances: [{ label: "Distance", firstMm: 3 }],
    nothing: "Nothing of this structure is so near to the other one",
    change: (mask, other, [mm]) => cropNear(mask, other, mm),
  },
  ring: {
    label: "Ring",
    help: (_, other) => `A shell round ${other}, from one distance to the next.`,
    distances: [
      { label: "From", firstMm: 0 },
      { label: "To", firstMm: 10 },
    ],
    nothing: "This structure is that ring already",
    change: (mask, other, [fromMm, toMm]) => ringAround(mask, other, { fromMm, toMm }),
  },
} as const satisfies Record<string, CombinationEntry>;

export type Combination = keyof typeof combinations;

export const combinationNames = Object.keys(combinations) as Combination[];

/** For a name that is known only when the program runs: `combinations` has a type of its own for each. */
export function combinationEntry(name: Combination): CombinationEntry {
  return combinations[name];
}
