/**
 * What the server asks of derived structures and targets before it signs: that each follows its sources or was unlinked on
 * purpose, and that targets lie in each other or somebody says why not. From the replayed masks, whatever a page showed.
 */

import type { Derivation } from "#contract/workspace/derivation.ts";
import { DelineateError } from "#core/errors.ts";
import { derivationSources } from "#editing/derivation/derivation-sources.ts";
import { derivationWords } from "#editing/derivation/derivation-words.ts";
import { type DerivedState, derivedStates } from "#editing/derivation/derived-states.ts";
import { standingDerivations } from "#editing/derivation/standing-derivations.ts";
import { fingerprintOf, fingerprintText } from "#editing/patch/mask-fingerprint.ts";
import { faultInWords, nestingFaults, targetLevel } from "#geometry/margins/target-checks.ts";
import type { Mask } from "#geometry/mask.ts";
import type { EditEntry, StructureRow } from "./replay.ts";

/** A structure as its log makes it. */
type Replayed = { readonly row: Pick<StructureRow, "id" | "name" | "type">; readonly mask: Mask };

export type Derivations = {
  /** Of structures that were derived at some time; null for those that a person unlinked. */
  readonly standing: ReadonlyMap<string, Derivation | null>;
  readonly states: ReadonlyMap<string, DerivedState>;
  readonly names: ReadonlyMap<string, string>;
};

/** `edits` of the whole review in order; `structures` without those that were removed. */
export function derivationsOf(structures: readonly Replayed[], edits: readonly EditEntry[]): Derivations {
  const standing = standingDerivations(edits);
  const now = structures.map(({ row: { id, name }, mask }) => ({
    id,
    name,
    fingerprint: standing.size === 0 ? "" : fingerprintText(fingerprintOf(mask)),
    derivation: standing.get(id),
  }));
  return { standing, states: derivedStates(now), names: new Map(now.map(({ id, name }) => [id, name])) };
}

/** Throws `out-of-date` naming every structure that does not follow its sources, and why. */
export function refuseOutOfDate({ states, names }: Derivations): void {
  const late = [...states].filter(([, { outOfDate }]) => outOfDate.length > 0);
  if (late.length === 0) return;
  const named = late.map(([id, { outOfDate }]) => `${names.get(id)} (${outOfDate.join(", ")})`).join("; ");
  throw new DelineateError(
    "out-of-date",
    `Not signed, because these structures do not follow what they were made from: ${named}. Make them anew, or unlink them on purpose.`,
  );
}

/**
 * Targets that do not lie in each other, as sentences. Throws `targets-not-nested` if there are some and no `reason`.
 */
export function faultsToSign(
  structures: readonly Replayed[],
  { standing }: Derivations,
  reason: string | undefined,
): string[] {
  const targets = structures.flatMap(({ row: { id, name, type }, mask }) => {
    const level = targetLevel(type);
    return level === undefined
      ? []
      : [{ id, name, level, mask, sources: derivationSources(standing.get(id)) }];
  });
  const faults = nestingFaults(targets).map(faultInWords);
  if (faults.length > 0 && reason === undefined)
    throw new DelineateError(
      "targets-not-nested",
      `Not signed: ${faults.join(" ")} Correct the contours, or say why you sign them all the same.`,
    );
  return faults;
}

/** How a structure was made from others, in words for its ROI Description; null where it was not. */
export function derivationInWords(
  structureId: string,
  { standing, states, names }: Derivations,
): string | null {
  const state = states.get(structureId);
  if (state === undefined)
    return standing.has(structureId) ? "Made with a margin, then unlinked: it follows no structure" : null;
  const words = derivationWords(state.derivation, (id) => names.get(id));
  return `${words}, made ${state.derivation.madeAt}${state.edited ? ", edited since" : ""}`;
}
