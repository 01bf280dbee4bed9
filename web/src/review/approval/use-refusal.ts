/** Why a signature or another decision was refused: told in its dialog, and where that was closed meanwhile wherever the person is. */
import { useEffect, useRef, useState } from "react";
import { formatPatientName } from "../../format.ts";
import { explain } from "../../server/explain.ts";
import { unsavedWork } from "../session/record/unsaved-work.ts";
import type { ReviewState } from "../session/review-state.ts";

type Refusal = {
  /** Null while nothing was refused. */
  readonly refusal: string | null;
  readonly refuse: (cause: unknown) => void;
  /** It is tried again. */
  readonly endRefusal: () => void;
};

/** `action`: as its button says it. */
export function useRefusal(action: string, { detail }: ReviewState): Refusal {
  const [refusal, setRefusal] = useState<string | null>(null);
  const closed = useRef(false);
  useEffect(() => {
    closed.current = false;
    return () => {
      closed.current = true;
    };
  }, []);
  const refuse = (cause: unknown): void => {
    const patient = formatPatientName(detail.summary.patientName);
    if (closed.current)
      unsavedWork.loseLeft(`"${action}" was not confirmed for ${patient}: ${explain(cause)}`);
    else setRefusal(explain(cause));
  };
  return { refusal, refuse, endRefusal: () => setRefusal(null) };
}
