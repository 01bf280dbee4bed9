/** What is wrong with the structures as they are: targets that do not lie in each other, contours in the air, slices left out. */
import { useEffect, useMemo, useState } from "react";
import { derivationSources } from "#editing/derivation/derivation-sources.ts";
import {
  nestingFaults,
  type StructureFault,
  shapeFaults,
  type Target,
  targetLevel,
} from "#geometry/margins/target-checks.ts";
import type { Mask } from "#geometry/mask.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState, StructureView } from "../session/review-state.ts";

/** So long after a change the contours are looked through again: the pen does not wait for it. */
const restMs = 600;

/**
 * Contours in the air are among them from when the body is found, a second after the CT is there whole. `resting`: as they were
 * when the contours last rested, else as they are.
 */
export function useFaults(
  session: ReviewSession,
  { structures }: ReviewState,
  resting = false,
): readonly StructureFault[] {
  const [body, setBody] = useState<Mask>();
  useEffect(() => {
    let open = true;
    void (async () => {
      const ctBody = await session.anatomy.body();
      if (open) setBody(ctBody);
    })().catch((cause: unknown) => session.view.showProblem("body", cause));
    return () => {
      open = false;
    };
  }, [session]);
  const currentRevision = structures.map(({ id, name, revision }) => `${id} ${name} ${revision}`).join();
  const rested = useRested(currentRevision, restMs);
  const revision = resting ? rested : currentRevision;
  // biome-ignore lint/correctness/useExhaustiveDependencies: masks change in place, the revision says when
  return useMemo(() => faultsOf(session, structures, body), [session, revision, body]);
}

/** The value as it was when it last stayed the same for a while. */
function useRested(value: string, afterMs: number): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(value), afterMs);
    return () => window.clearTimeout(timer);
  }, [value, afterMs]);
  return rested;
}

function faultsOf(
  session: ReviewSession,
  structures: readonly StructureView[],
  body: Mask | undefined,
): StructureFault[] {
  const targets = structures.flatMap((structure): Target[] => {
    const { id, name } = structure;
    const [level, mask] = [targetLevel(structure.type), session.maskOf(`structure:${id}`)];
    const sources = derivationSources(structure.derived?.derivation);
    return level === undefined || mask === undefined ? [] : [{ id, name, level, mask, sources }];
  });
  const shapes = structures.flatMap(({ id, name }) => {
    const mask = session.maskOf(`structure:${id}`);
    return mask === undefined ? [] : shapeFaults(name, mask, body);
  });
  return [...nestingFaults(targets), ...shapes];
}
