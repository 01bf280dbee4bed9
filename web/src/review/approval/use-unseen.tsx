/** Slices that are to be seen before a review ends and were not: a dialog asks for a reason to end it all the same. */
import { type ReactNode, useState } from "react";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import { unseenSlices } from "../session/slice-targets.ts";
import { UnseenPart } from "./unseen-part.tsx";

type Unseen = {
  /** What the server is told; null where every slice was seen. */
  readonly unseenReason: string | null;
  /** A reason is needed and none is given. */
  readonly unexplained: boolean;
  /** To be shown in the dialog; null where every slice was seen. */
  readonly unseenPart: ReactNode;
};

/** `required`: the slices that are to be seen. */
export function useUnseen(
  session: ReviewSession,
  state: ReviewState,
  required: ReviewState["required"],
  onClose: () => void,
): Unseen {
  const [reason, setReason] = useState("");
  const slices = unseenSlices(required, state.seen);
  if (slices.length === 0) return { unseenReason: null, unexplained: false, unseenPart: null };
  const show = (): void => {
    session.view.setCursor([state.cursor[0], state.cursor[1], slices[0]]);
    onClose();
  };
  const unseenReason = reason.trim();
  const unseenPart = <UnseenPart slices={slices} reason={reason} onReason={setReason} onShow={show} />;
  return { unseenReason, unexplained: unseenReason === "", unseenPart };
}
