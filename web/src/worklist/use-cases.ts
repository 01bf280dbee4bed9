/** The list of cases, live. */

import { useCallback, useEffect, useRef, useState } from "react";
import type { CaseSummary } from "#contract/workspace/case.ts";
import { call } from "../server/api.ts";
import { listenToEvents } from "../server/events.ts";
import { explain } from "../server/explain.ts";

type Change = (list: readonly CaseSummary[]) => readonly CaseSummary[];

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

  /** For each list that is on its way, what changed since it was asked for: it may be older than that. */
  const awaited = useRef(new Set<Change[]>());

  const refetch = useCallback(() => {
    const changes: Change[] = [];
    awaited.current.add(changes);
    call("listCases", {}, undefined)
      .then(
        (list) => {
          setCases(changes.reduce<readonly CaseSummary[]>((changed, change) => change(changed), list));
          setOnline(true);
          setProblem(null);
        },
        (reason: unknown) => setProblem(explain(reason)),
      )
      .finally(() => awaited.current.delete(changes));
  }, []);

  useEffect(() => {
    const apply = (change: Change): void => {
      for (const changes of awaited.current) changes.push(change);
      setCases((list) => list && change(list));
    };
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
        apply((list) => [summary, ...list.filter(({ id }) => id !== summary.id)]);
      },
      onRemoved: (caseId) => apply((list) => list.filter(({ id }) => id !== caseId)),
    });
  }, [refetch]);

  return { cases, online, problem, makingSample, refetch };
}
