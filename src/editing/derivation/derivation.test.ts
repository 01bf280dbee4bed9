/** Derived structures from a log: what stands after undo, what is out of date and why, and how it is said. */
import { expect, test } from "vitest";
import type { Derivation } from "#contract/workspace/derivation.ts";
import { uniformMargin } from "#geometry/margins/margins.ts";
import { derivationWords } from "./derivation-words.ts";
import { type DerivableStructure, derivedStates } from "./derived-states.ts";
import { standingDerivations } from "./standing-derivations.ts";

const used = (...ids: string[]) =>
  ids.map((structureId) => ({ structureId, fingerprint: `${structureId} 1` }));
const derivationOf = (of: string, from: Partial<Derivation>): Derivation => ({
  sources: [],
  marginsMm: uniformMargin(6),
  trimmedToBody: true,
  boneIsBarrier: false,
  barriers: [],
  origin: null,
  made: `${of} 1`,
  madeAt: "2026-01-01T00:00:00.000Z",
  ...from,
});
const structure = (id: string, revision: number, derivation?: Derivation | null): DerivableStructure => ({
  id,
  name: id.toUpperCase(),
  fingerprint: `${id} ${revision}`,
  derivation,
});
const ctvOf = derivationOf("ctv", { sources: used("gtvp", "gtvn"), barriers: used("heart") });
const ptvOf = derivationOf("ptv", { sources: used("ctv"), marginsMm: uniformMargin(5) });

test.each<[string, DerivableStructure[], string[], string[]]>([
  ["nothing changed", [], [], []],
  ["one of two sources changed", [structure("gtvn", 2)], ["GTVN changed"], ["CTV is out of date"]],
  ["a barrier changed", [structure("heart", 2)], ["HEART changed"], ["CTV is out of date"]],
  ["the CTV was edited", [structure("ctv", 2, ctvOf)], [], ["CTV changed"]],
  [
    "the CTV was unlinked, then its source changed",
    [structure("ctv", 1, null), structure("gtvp", 2)],
    [],
    [],
  ],
])("when %s, what was made says so", (_, changed, ofCtv, ofPtv) => {
  const before = [
    structure("gtvp", 1),
    structure("gtvn", 1),
    structure("heart", 1),
    structure("ctv", 1, ctvOf),
    structure("ptv", 1, ptvOf),
  ];
  const now = before.map((original) => changed.find(({ id }) => id === original.id) ?? original);
  const states = derivedStates(now);
  expect(states.get("ctv")?.outOfDate ?? []).toEqual(ofCtv);
  expect(states.get("ptv")?.outOfDate ?? []).toEqual(ofPtv);
});

test("a source that was removed, and a GTV that a PTV goes back to, count as sources; a circle ends", () => {
  const removed = derivedStates([structure("ctv", 1, ctvOf), structure("gtvp", 1)]);
  expect(removed.get("ctv")?.outOfDate).toEqual(["a structure that it was made from was removed"]);
  const origin = { sources: used("gtvp"), marginsMm: uniformMargin(6) };
  const ptv = structure("ptv", 1, derivationOf("ptv", { sources: used("ctv"), origin }));
  const back = derivedStates([structure("gtvp", 2), structure("ctv", 1, null), ptv]);
  expect(back.get("ptv")?.outOfDate).toEqual(["GTVP changed"]);
  const round = [
    structure("a", 1, derivationOf("a", { sources: used("b") })),
    structure("b", 1, derivationOf("b", { sources: used("a") })),
  ];
  expect([...derivedStates(round).values()].map(({ outOfDate }) => outOfDate)).toEqual([[], []]);
});

test("what stands follows undo, redo and unlinking", () => {
  const first = { id: "1", structureId: "ctv", kind: "margin", derivation: ctvOf } as const;
  const second = { ...first, id: "2", derivation: derivationOf("ctv", { sources: used("gtvp") }) };
  const undo = { id: "3", structureId: "ctv", kind: "undo", of: "2" } as const;
  const redo = { ...undo, id: "4", kind: "redo" } as const;
  const unlink = { id: "5", structureId: "ctv", kind: "unlink", derivation: null } as const;
  const standing = (...edits: Parameters<typeof standingDerivations>[0]) =>
    standingDerivations(edits).get("ctv");
  expect(standing()).toBeUndefined();
  expect(standing(first, second)).toBe(second.derivation);
  expect(standing(first, second, undo)).toBe(ctvOf);
  expect(standing(first, second, undo, redo)).toBe(second.derivation);
  expect(standing(first, second, unlink)).toBeNull();
});

test("it is said with every side's margin, barriers, and the margin of the CTV before", () => {
  const names: Readonly<Record<string, string>> = { gtvp: "GTVp", gtvn: "GTVn", heart: "Heart" };
  const words = (derivation: Derivation) => derivationWords(derivation, (id) => names[id]);
  expect(words({ ...ctvOf, boneIsBarrier: true })).toBe(
    "GTVp and GTVn + 6 mm, within the body, not through bone and Heart",
  );
  const sides = { anterior: 5, posterior: 5, left: 5, right: 5, superior: 8, inferior: 7.5 };
  const origin = { sources: used("gtvp"), marginsMm: uniformMargin(6) };
  expect(words({ ...ptvOf, origin, marginsMm: sides, trimmedToBody: false })).toBe(
    "GTVp + 6 mm + (anterior 5, posterior 5, left 5, right 5, superior 8, inferior 7.5) mm",
  );
});
