/** Which derivation of each structure stands, after all that was undone and made again. */
import type { Derivation } from "#contract/workspace/derivation.ts";
import type { EditKind } from "#contract/workspace/edit-kinds.ts";

type LoggedEdit = {
  readonly id: string;
  readonly structureId: string;
  readonly kind: EditKind;
  readonly of?: string | undefined;
  readonly derivation?: Derivation | null | undefined;
};

/** From a log's edits in order. Null: a person unlinked the structure. No entry: it never was derived. */
export function standingDerivations(edits: readonly LoggedEdit[]): ReadonlyMap<string, Derivation | null> {
  const undone = new Set<string>();
  for (const { kind, of } of edits) {
    if (of === undefined) continue;
    if (kind === "undo") undone.add(of);
    if (kind === "redo") undone.delete(of);
  }
  const standing = new Map<string, Derivation | null>();
  for (const { id, structureId, derivation } of edits)
    if (derivation !== undefined && !undone.has(id)) standing.set(structureId, derivation);
  return standing;
}
