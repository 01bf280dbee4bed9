/** The structures as the page shows them: names and volumes, and whether derived ones still follow what they were made from. */
import { derivationWords } from "#editing/derivation/derivation-words.ts";
import { derivedStates } from "#editing/derivation/derived-states.ts";
import type { History } from "./history.ts";
import type { StructureView } from "./review-state.ts";
import type { StructureModel } from "./structure-model.ts";

export function structureViews(structures: readonly StructureModel[], history: History): StructureView[] {
  const states = statesOf(structures, history);
  const nameOf = (id: string): string | undefined => structures.find((other) => other.id === id)?.name;
  return structures.map((structure) => {
    const state = states.get(structure.id);
    if (state === undefined) return { ...structure.view(), derived: null };
    const { derivation, outOfDate, edited } = state;
    const derived = { derivation, words: derivationWords(derivation, nameOf), outOfDate, edited };
    return { ...structure.view(), derived };
  });
}

function statesOf(structures: readonly StructureModel[], history: History) {
  return derivedStates(
    structures.map(({ id, name, fingerprint }) => ({
      id,
      name,
      fingerprint,
      derivation: history.derivationOf(id),
    })),
  );
}
