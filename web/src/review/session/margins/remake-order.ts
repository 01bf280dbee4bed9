/** In which order derived structures are made anew, and with what: as they were made, what they are made from first. */
import { DelineateError } from "#core/errors.ts";
import type { StructureView } from "../review-state.ts";
import type { MarginOptions } from "./margin-operation.ts";

/**
 * The margins to draw so that the structures of these ids follow again. A source that is out of date comes before them. Throws
 * `not-found` where a source was removed, and for a structure that is not derived.
 */
export function remakeOrder(
  structures: readonly StructureView[],
  ids: readonly string[],
): readonly MarginOptions[] {
  const ordered = new Map<string, MarginOptions>();
  const visit = (id: string): void => {
    if (ordered.has(id)) return;
    const { name, type, derived } = find(structures, id);
    if (derived === null || (type !== "CTV" && type !== "PTV"))
      throw new DelineateError("not-found", `${name} was not made from other structures.`);
    const { sources, barriers, marginsMm, trimmedToBody, boneIsBarrier } = derived.derivation;
    const idsOf = (used: typeof sources): string[] => used.map(({ structureId }) => structureId);
    for (const source of [...idsOf(sources), ...idsOf(barriers)]) {
      const sourceStructure = structures.find((structure) => structure.id === source);
      if (sourceStructure === undefined)
        throw new DelineateError(
          "not-found",
          `${name} was made from a structure that was removed. Make it from another one, or unlink it.`,
        );
      if ((sourceStructure.derived?.outOfDate.length ?? 0) > 0) visit(source);
    }
    ordered.set(id, {
      into: { name, type },
      sources: idsOf(sources),
      barriers: idsOf(barriers),
      marginsMm,
      trimToBody: trimmedToBody,
      boneIsBarrier,
    });
  };
  for (const id of ids) visit(id);
  return [...ordered.values()];
}

function find(structures: readonly StructureView[], id: string): StructureView {
  const structure = structures.find((candidate) => candidate.id === id);
  if (structure === undefined) throw new DelineateError("not-found", "The structure was removed.");
  return structure;
}
