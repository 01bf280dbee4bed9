/** Whether the page stopped writing while a dialog was open: what it would sign is no longer what was looked at. */
import { useEffect, useState } from "react";
import type { ReviewState } from "../session/review-state.ts";

/** `signing`: the review's own end is no such stop. Once so, it stays so: the dialog is to be opened anew. */
export function useStoppedWriting({ writing }: ReviewState, signing: boolean): boolean {
  const [stopped, setStopped] = useState(false);
  const stoppedNow = writing.role !== "writes" && !signing;
  useEffect(() => {
    if (stoppedNow) setStopped(true);
  }, [stoppedNow]);
  return stopped || stoppedNow;
}

export const stoppedWritingText =
  "This page stopped writing the review while this was open. Close it, and look at the contour as it is now.";
