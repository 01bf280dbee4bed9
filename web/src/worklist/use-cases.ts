/** The list of cases, live. */

import { useCallback, useEffect, useState } from "react";
import type { CaseSummary } from "#contract/workspace/case.ts";
import { call } from "../server/api.ts";
import { listenToEvents } from "../server/events.ts";
import { explain } from "../server/explain.ts";

type Cases = {
  /** Undefined until the first answer. */
  readonly cases: readonly CaseSummary[] | undefined;
  /** False while the server cannot be reached: what is shown may be old. */
  readonly online: boolean;
  /** Why the list could not be read; null when it could. */
  readonly problem: string | null;
  /** The synthetic patient of a new workspace is being made. */
  readonly makingSample: boolean;
  readonly refetch: () => void;
};

export function useCases(): Cases {
  const [cases, setCases] = useState<readonly CaseSummary[]>();
  const [online, setOnline] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const [makingSample, setMakingSample] = useState(false);

  const refetch = useCallback(() => {
    call("listCases", {}, undefined).then(
      (list) => {
        setCases(list);
        setOnline(true);
        setProblem(null);
      },
      (reason: unknown) => setProblem(explain(reason)),
    );
  }, []);

  useEffect(() => {
    refetch();
    call("status", {}, undefined).then(
      (status) => setMakingSample(status.makingSample),
      () => undefined,
    );
    return listenToEvents({
      onOpen: refetch,
      onLost: () => setOnline(false),
      onCase: (summary) => {
        if (summary.sample) setMakingSample(false);
        setCases((list) => list && [summary, ...list.filter(({ id }) => id !== summary.id)]);
      },
      onRemoved: (caseId) => setCases((list) => list?.filter(({ id }) => id !== caseId)),
    });
  }, [refetch]);

  return { cases, online, problem, makingSample, refetch };
}
