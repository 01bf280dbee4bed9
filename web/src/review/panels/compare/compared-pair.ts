/** Which two contours the comparison is of: those that a person chose last, and before that the physician's GTV against theirs. */
import { importedRois } from "../../session/other-structures/imported-rois.ts";
import type { Comparison, ReviewState } from "../../session/review-state.ts";

type Comparable = Pick<ReviewState, "detail" | "structures" | "activeId" | "comparedPair">;

type Source = { readonly value: string; readonly label: string };

/** What can be compared, for a list: the structures as they are now, and everything that does not change. */
export function comparableSources({ detail, structures }: Comparable): readonly Source[] {
  return [
    ...structures.map(({ id, name }) => ({ value: `structure:${id}`, label: `${name} (now)` })),
    ...detail.sources
      .filter(({ kind }) => kind !== "structure")
      .map(({ id, label }) => ({ value: id, label })),
  ];
}

/**
 * The chosen pair as long as both are there. Else the first GTV that came with the CT is the reference of the active structure;
 * without one, the active structure is that of the automatic contour, or of whatever else there is.
 */
export function comparedPair(state: Comparable): Comparison {
  const ids = comparableSources(state).map(({ value }) => value);
  const { comparedPair: chosen, detail } = state;
  if (chosen !== null && ids.includes(chosen.referenceId) && ids.includes(chosen.otherId)) return chosen;
  const active = `structure:${state.activeId}`;
  const physicians = importedRois(detail).find(({ type }) => type === "GTV");
  if (physicians !== undefined) return { referenceId: physicians.id, otherId: active };
  const automatic = ids.find((id) => id === detail.automatic?.id);
  return { referenceId: active, otherId: automatic ?? ids.find((id) => id !== active) ?? active };
}
