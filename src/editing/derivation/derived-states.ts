/**
 * Whether derived structures still follow what they were made from. One that does not is out of date until it is made anew or
 * a person unlinks it; the page shows it, and the server signs none.
 */
import type { Derivation } from "#contract/workspace/derivation.ts";

export type DerivableStructure = {
  readonly id: string;
  readonly name: string;
  /** Of its voxels now: `fingerprintText`. */
  readonly fingerprint: string;
  /** Null where a person unlinked it, undefined where it never was derived. */
  readonly derivation: Derivation | null | undefined;
};

export type DerivedState = {
  readonly derivation: Derivation;
  /**
   * Why it is out of date, in words that follow its name: "GTVp changed", "CTV is out of date", "a source was removed". Empty:
   * it follows.
   */
  readonly outOfDate: readonly string[];
  /** Its own voxels are no longer as the margin made them. */
  readonly edited: boolean;
};

/** One entry for each structure that is derived and linked. */
export function derivedStates(structures: readonly DerivableStructure[]): ReadonlyMap<string, DerivedState> {
  const byId = new Map(structures.map((structure) => [structure.id, structure]));

  /** `above`: structures whose state is being found, so that a circle ends. */
  function reasons(derivation: Derivation, above: ReadonlySet<string>): string[] {
    const used = [...derivation.sources, ...derivation.barriers, ...(derivation.origin?.sources ?? [])];
    const causes = used.flatMap(({ structureId, fingerprint }): string[] => {
      const structure = byId.get(structureId);
      if (structure === undefined) return ["a structure that it was made from was removed"];
      if (structure.fingerprint !== fingerprint) return [`${structure.name} changed`];
      if (!structure.derivation || above.has(structureId)) return [];
      const sourceReasons = reasons(structure.derivation, new Set([...above, structureId]));
      return sourceReasons.length > 0 ? [`${structure.name} is out of date`] : [];
    });
    return [...new Set(causes)];
  }

  const states = new Map<string, DerivedState>();
  for (const { id, fingerprint, derivation } of structures) {
    if (!derivation) continue;
    states.set(id, {
      derivation,
      outOfDate: reasons(derivation, new Set([id])),
      edited: fingerprint !== derivation.made,
    });
  }
  return states;
}
