/** Which of a piece of a log's edits stand at its end, each by itself: an undo within it takes back what it undoes. */
import { type EditKind, editKind } from "#contract/workspace/edit-kinds.ts";
import type { LogEntry } from "#contract/workspace/review.ts";

type EditEntry = Extract<LogEntry, { type: "edit" }>;

/**
 * Ids of those that stand, with the kind of each. An undo or redo of an edit before the piece changes voxels without the edit's
 * being the last one any more: it stands as a change of that edit's kind. `log`: where the edits before are found.
 */
export function standingEdits(
  piece: readonly EditEntry[],
  log: readonly EditEntry[],
): ReadonlyMap<string, EditKind> {
  const standing = new Map<string, EditKind>();
  const kinds = new Map([...log, ...piece].map(({ id, kind }) => [id, kind]));
  const partsById = new Map(piece.map((entry) => [entry.id, partsOf(entry, piece)]));
  for (const { id, kind, of } of piece) {
    if (editKind(kind).by !== "history") standing.set(id, kind);
    else {
      const undone = of === undefined ? undefined : partsById.get(of);
      const undoneKind = kinds.get(of ?? "");
      if (undone !== undefined)
        for (const part of undone)
          kind === "undo" ? standing.delete(part.id) : standing.set(part.id, part.kind);
      else if (undoneKind !== undefined) standing.set(id, undoneKind);
    }
  }
  return standing;
}

/** A stroke was saved in parts, and is undone as one. */
function partsOf(entry: EditEntry, piece: readonly EditEntry[]): readonly EditEntry[] {
  return entry.stroke === undefined ? [entry] : piece.filter(({ stroke }) => stroke === entry.stroke);
}
