/** Structures that were removed from the review, kept so that undo brings them back. */
import type { StructureModel } from "../structure-model.ts";

type Removed = { readonly structure: StructureModel; readonly at: number };

export class RemovedStructures {
  readonly #structures: StructureModel[];
  readonly #removed = new Map<string, Removed>();

  /** `structures` changes in place. */
  constructor(structures: StructureModel[], removed: readonly StructureModel[]) {
    this.#structures = structures;
    this.replace(removed);
  }

  replace(removed: readonly StructureModel[]): void {
    this.#removed.clear();
    for (const structure of removed)
      this.#removed.set(structure.id, { structure, at: this.#structures.length });
  }

  find(id: string): StructureModel | undefined {
    return this.#removed.get(id)?.structure;
  }

  take(id: string): StructureModel {
    const at = this.#structures.findIndex((structure) => structure.id === id);
    const [structure] = this.#structures.splice(at, 1);
    this.#removed.set(id, { structure, at });
    return structure;
  }

  /** The name of a removed structure if another one has it now: two of one name cannot be signed. */
  nameTaken(id: string): string | undefined {
    const structure = this.find(id);
    const same = this.#structures.find(({ name }) => name.toLowerCase() === structure?.name.toLowerCase());
    return same?.name;
  }

  /** Where it was in the list. */
  bringBack(id: string): StructureModel {
    const { structure, at } = this.#of(id);
    this.#removed.delete(id);
    this.#structures.splice(at, 0, structure);
    return structure;
  }

  #of(id: string): Removed {
    const removed = this.#removed.get(id);
    if (removed === undefined) throw new Error(`no structure ${id} was removed from this review`);
    return removed;
  }
}
