/** Which structures do not follow what they were made from. */
import type { StructureView } from "../session/review-state.ts";

export function outOfDate(structures: readonly StructureView[]): StructureView[] {
  return structures.filter(({ derived }) => derived !== null && derived.outOfDate.length > 0);
}
