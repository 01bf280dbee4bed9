/**
 * What the bench of patients measures on: a CT and what is known of its tumour, and where to read them. A source is read
 * when its turn comes, so that a dozen CTs need not lie in memory together.
 */
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";
import type { Boxes } from "../real-ct/boxes.ts";

export const groups = ["physician", "boxes", "decathlon", "phantoms", "no-tumour"] as const;
export type Group = (typeof groups)[number];

/** A contour on the CT's grid, boxes of some slices, or nothing: there is no tumour in the CT. */
export type Truth =
  | { readonly kind: "contour"; readonly mask: Mask }
  | { readonly kind: "boxes"; readonly boxes: Boxes }
  | { readonly kind: "no-tumour" };

export type MeasuredCase = {
  readonly name: string;
  readonly group: Group;
  readonly ct: CtImage;
  readonly truth: Truth;
  /** Where it is not, millimetres and cubic centimetres mean nothing. */
  readonly spacingKnown: boolean;
};

export type CaseSource = {
  /** Each as in its case. */
  readonly names: readonly string[];
  readonly group: Group;
  /** The cases of `names`, in that order. Throws what reading the files throws. */
  load(): Promise<readonly MeasuredCase[]>;
};

/** The sources of which `selection` names a case or the group; all without one. */
export function chosenSources(
  sources: readonly CaseSource[],
  selection: readonly string[] | undefined,
): readonly CaseSource[] {
  if (selection === undefined) return sources;
  return sources.flatMap((source): CaseSource[] => {
    if (selection.includes(source.group)) return [source];
    const names = source.names.filter((name) => selection.includes(name));
    const load = async () => (await source.load()).filter(({ name }) => names.includes(name));
    return names.length === 0 ? [] : [{ ...source, names, load }];
  });
}
