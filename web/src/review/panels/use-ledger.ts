/** What a person changed in the automatic contour, live. */
import { useDeferredValue, useMemo } from "react";
import { type EditLedger, editLedger } from "#editing/patch/ledger.ts";
import { boundingBox, cropMask, unionBox } from "#geometry/crop.ts";
import { type Mask, uniteMasks } from "#geometry/mask.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";

/**
 * Undefined while the automatic contour is loading and where there is none. `ids`: the structures that are measured, as one.
 */
export function useLedger(
  session: ReviewSession,
  { detail, structures }: ReviewState,
  ids: readonly string[],
): EditLedger | undefined {
  const measured = structures.filter(({ id }) => ids.includes(id));
  // Numbers may lag behind the pen, the pen may not lag behind numbers.
  const revision = useDeferredValue(measured.map(({ id, revision }) => `${id} ${revision}`).join());
  const automaticId = detail.automatic?.id;
  const automatic = automaticId === undefined ? undefined : session.maskOf(automaticId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mask changes in place, the revision says when
  return useMemo(() => {
    const now = measured.flatMap(({ id }) => session.maskOf(`structure:${id}`) ?? []);
    return automatic && croppedLedger(automatic, now);
  }, [session, automatic?.data, revision]);
}

/**
 * As `editLedger` of the whole masks, a voxel of any of `edited` being inside; only the box that holds all is counted, a small
 * part of a CT.
 */
export function croppedLedger(automatic: Mask, edited: readonly Mask[]): EditLedger {
  const empty = { from: [0, 0, 0], to: [1, 1, 1] } as const;
  const box = [automatic, ...edited].map(boundingBox).reduce(unionBox) ?? empty;
  const began = cropMask(automatic, box);
  const now = uniteMasks(
    began.grid,
    edited.map((mask) => cropMask(mask, box)),
  );
  const ledger = editLedger(began, now);
  return { ...ledger, slices: ledger.slices.map((slice) => ({ ...slice, k: slice.k + box.from[2] })) };
}
