/** Slices that a person should have had on screen before signing, and did not. */
import { DelineateError } from "../core/errors.ts";
import { type Mask, maskSlice } from "../geometry/mask.ts";

/** Those with GTV now or by the model, or with its doubt, that are not among `seen`. Ascending, from 0 at the feet. */
export function unseenSlices(
  gtv: Mask,
  automatic:
    | { readonly gtvVoxels: readonly number[]; readonly uncertainVoxels: readonly number[] }
    | undefined,
  seen: readonly number[],
): number[] {
  const there = new Set(seen);
  return [...Array(gtv.grid.size[2]).keys()].filter(
    (k) =>
      !there.has(k) &&
      ((automatic?.gtvVoxels[k] ?? 0) > 0 ||
        (automatic?.uncertainVoxels[k] ?? 0) > 0 ||
        maskSlice(gtv, k).includes(1)),
  );
}

/** `unseen-slices`, naming them as a person counts: from 1 at the feet. */
export function notSeen(slices: readonly number[]): DelineateError {
  const runs: [number, number][] = [];
  for (const k of slices) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === k - 1) last[1] = k;
    else runs.push([k, k]);
  }
  const named = runs
    .map(([from, to]) => (from === to ? `${from + 1}` : `${from + 1} to ${to + 1}`))
    .join(", ");
  const many = slices.length > 1;
  return new DelineateError(
    "unseen-slices",
    `${many ? "Slices" : "Slice"} ${named} (counted from the feet) ${many ? "carry" : "carries"} GTV or the model's doubt and ${many ? "were" : "was"} never on screen. Look at ${many ? "them" : "it"}, or say why you sign all the same.`,
    { slices },
  );
}
