/**
 * What was drawn in reviews that were left and could not be saved after that, and what was signed or decided and refused after its
 * dialog was closed: told wherever the person is now.
 */
import { type ReactNode, useSyncExternalStore } from "react";
import { ProblemBar } from "../ui/notices.tsx";
import { unsavedWork } from "./session/record/unsaved-work.ts";

export function LossBars(): ReactNode {
  const losses = useSyncExternalStore(unsavedWork.subscribe, unsavedWork.losses);
  return losses.map((sentence) => (
    <ProblemBar key={sentence} onDismiss={() => unsavedWork.dismissLoss(sentence)}>
      {sentence}
    </ProblemBar>
  ));
}
