/** Everything that stands against signing the contours as they are, or asks for a reason: the list beside Approve. */
import type { Vector3 } from "#core/coordinates.ts";
import { counted } from "#core/counted.ts";
import { faultInWords } from "#geometry/margins/target-checks.ts";
import { formatSlices } from "../../format.ts";
import { useFaults } from "../approval/use-faults.ts";
import { outOfDate } from "../derived/out-of-date.ts";
import type { ReviewSession } from "../session/review-session.ts";
import type { ReviewState } from "../session/review-state.ts";
import { unseenSlices } from "../session/slice-targets.ts";
import { groupAlike } from "./alike.ts";

export type Check = {
  readonly id: string;
  /** An error holds approval back, or is signed with a reason alone. */
  readonly severity: "error" | "warning";
  readonly text: string;
  /** What is the same of other slices or contours. */
  readonly alike: readonly string[];
  /** Where it can be looked at; null where no slice shows it. */
  readonly slice: number | null;
};

/** Errors first. Faults of the contours follow the pen once it rests. */
export function useChecks(session: ReviewSession, state: ReviewState): readonly Check[] {
  const faults = useFaults(session, state, true).map((fault): Check => {
    const { code, structure, severity, slices } = fault;
    const text = faultInWords(fault);
    return { id: `${code} ${structure}`, severity, text, alike: [], slice: slices[0] ?? null };
  });
  const late = outOfDate(state.structures).map(
    ({ id, name, derived }): Check => ({
      ...{ id: `out-of-date ${id}`, severity: "error", alike: [], slice: null },
      text: `${name} is out of date: ${derived?.outOfDate.join(", ")}.`,
    }),
  );
  const checks = [...nothingDrawn(state), ...late, ...faults, ...unseen(state), ...findings(state)];
  return checks.sort((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
}

/** The crosshair stays where it is in the slice. */
export function placeOf({ cursor }: ReviewState, slice: number): Vector3 {
  return [cursor[0], cursor[1], slice];
}

function nothingDrawn({ structures }: ReviewState): Check[] {
  if (structures.some(({ volumeCc }) => volumeCc > 0)) return [];
  return [{ id: "empty", severity: "error", text: "Nothing is drawn.", alike: [], slice: null }];
}

function unseen({ required, seen }: ReviewState): Check[] {
  const slices = unseenSlices(required, seen);
  if (slices.length === 0) return [];
  const text = `${counted(slices.length, "slice")} with GTV or doubt not seen: ${formatSlices(slices)}.`;
  return [{ id: "unseen", severity: "warning", text, alike: [], slice: slices[0] }];
}

/** What was odd about the files that the patient came in. */
function findings({ detail }: ReviewState): Check[] {
  return groupAlike(detail.findings).map(({ first, others }) => ({
    id: first,
    severity: "warning",
    text: first,
    alike: others,
    slice: null,
  }));
}
