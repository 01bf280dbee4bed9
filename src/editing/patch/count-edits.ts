/**
 * How many edits a log holds, as a person counts them: a stroke is one however many parts it was saved in, and taking back
 * is none. Used beside the time of a review and before it is signed.
 */

import { type EditKind, editKind } from "#contract/workspace/edit-kinds.ts";

type Edit = { readonly id: string; readonly kind: EditKind; readonly stroke?: string | undefined };

/** In the log's words, in the order of their first: what was done and undone, each stroke once. */
export function whatWasDone(log: readonly Edit[]): { words: string; count: number }[] {
  const ids = new Map<string, Set<string>>();
  for (const { id, kind, stroke } of log) {
    const { words } = editKind(kind);
    ids.set(words, (ids.get(words) ?? new Set()).add(stroke ?? id));
  }
  return [...ids].map(([words, { size: count }]) => ({ words, count }));
}

/** 0 for an empty log. What was undone counts: it was drawn. */
export function countEdits(log: readonly Edit[]): number {
  return new Set(
    log.filter(({ kind }) => editKind(kind).by !== "history").map(({ id, stroke }) => stroke ?? id),
  ).size;
}
