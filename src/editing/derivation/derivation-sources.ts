/** What a derived structure was made from: a PTV from its CTV and, where that stood, from what the CTV was made from. */
import type { Derivation } from "#contract/workspace/derivation.ts";

/** Ids; none of a structure that was not derived or was unlinked. */
export function derivationSources(derivation: Derivation | null | undefined): string[] {
  const used = [...(derivation?.sources ?? []), ...(derivation?.origin?.sources ?? [])];
  return used.map(({ structureId }) => structureId);
}
