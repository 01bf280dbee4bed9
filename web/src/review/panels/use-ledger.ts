/** What a person changed in the automatic contour, live. */
import { useDeferredValue, useMemo } from "react";
import { type EditLedger, editLedger } from "../../../../src/contouring/ledger.ts";
import { boundingBox, cropMask, unionBox } from "../../../../src/geometry/crop.ts";
import type { Mask } from "../../../../src/geometry/mask.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";

/** Undefined while the automatic contour is loading and where there is none. `id`: the structure that is measured. */
export function useLedger(session: ReviewSession, state: ReviewState, id: string): EditLedger | undefined {
  // Numbers may lag behind the pen, the pen may not lag behind numbers.
  const revision = useDeferredValue(state.structures.find((structure) => structure.id === id)?.revision);
  const automaticId = state.detail.automatic?.id;
  const automatic = automaticId === undefined ? undefined : session.maskOf(automaticId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mask changes in place, the revision says when
  return useMemo(() => {
    const now = session.maskOf(`structure:${id}`);
    return automatic && now && croppedLedger(automatic, now);
  }, [session, id, automatic?.data, revision]);
}

/** As `editLedger` of the whole masks; only the box that holds both is counted, a small part of a CT. */
export function croppedLedger(automatic: Mask, edited: Mask): EditLedger {
  const empty = { from: [0, 0, 0], to: [1, 1, 1] } as const;
  const box = unionBox(boundingBox(automatic), boundingBox(edited)) ?? empty;
  const ledger = editLedger(cropMask(automatic, box), cropMask(edited, box));
  return { ...ledger, slices: ledger.slices.map((slice) => ({ ...slice, k: slice.k + box.from[2] })) };
}
