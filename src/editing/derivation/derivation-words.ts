/** A derivation as a person reads it, in the page and in the ROI Description (3006,0028) of the signed file: plain ASCII. */
import type { Derivation, UsedStructure } from "#contract/workspace/derivation.ts";
import { type MarginsMm, marginSides } from "#geometry/margins/margins.ts";

/** Such as "GTVp and GTVn + 6 mm, within the body, bone is a barrier". `nameOf` an id; undefined for one that was removed. */
export function derivationWords(
  { sources, marginsMm, origin, trimmedToBody, boneIsBarrier, barriers }: Derivation,
  nameOf: (structureId: string) => string | undefined,
): string {
  const names = (used: readonly UsedStructure[]): string =>
    inOneList(used.map(({ structureId }) => nameOf(structureId) ?? "a removed structure"));
  const margins = [...(origin === null ? [] : [origin.marginsMm]), marginsMm].map(marginWords);
  const walls = [...(boneIsBarrier ? ["bone"] : []), ...(barriers.length > 0 ? [names(barriers)] : [])];
  return [
    `${names(origin?.sources ?? sources)} + ${margins.join(" + ")}`,
    ...(trimmedToBody ? ["within the body"] : []),
    ...(walls.length > 0 ? [`not through ${inOneList(walls)}`] : []),
  ].join(", ");
}

/** One number where all sides are equal, else each side by name. */
function marginWords(marginsMm: MarginsMm): string {
  const [first, ...others] = marginSides.map((side) => marginsMm[side]);
  if (others.every((mm) => mm === first)) return `${first} mm`;
  return `(${marginSides.map((side) => `${side} ${marginsMm[side]}`).join(", ")}) mm`;
}

function inOneList(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
