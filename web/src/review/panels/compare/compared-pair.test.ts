import { expect, test } from "vitest";
import type { CaseDetail, MaskSource } from "#contract/workspace/case.ts";
import type { StructureView } from "../../session/review-state.ts";
import { comparedPair } from "./compared-pair.ts";

const automatic = { id: "automatic:a", kind: "automatic", label: "Automatic", volumeCc: 1 } as const;

function imported(name: string, type = ""): MaskSource {
  const roi = { name, type, colour: null };
  return { id: `imported:${name}`, kind: "imported", label: `${name}, imported`, volumeCc: 1, roi };
}

function stateWith(sources: readonly MaskSource[], chosen: readonly [string, string] | null = null) {
  return {
    detail: { automatic: { id: automatic.id }, sources } as unknown as CaseDetail,
    structures: [{ id: "s1", name: "GTVp" }] as unknown as readonly StructureView[],
    activeId: "s1",
    comparedPair: chosen === null ? null : { referenceId: chosen[0], otherId: chosen[1] },
  };
}

test("it starts with the GTV that came with the CT as the reference of what is being drawn", () => {
  const sources = [automatic, imported("Lung L", "ORGAN"), imported("PTV-1", "PTV"), imported("gtv 1")];
  expect(comparedPair(stateWith(sources))).toEqual({
    referenceId: "imported:gtv 1",
    otherId: "structure:s1",
  });
});

test("without a physician's GTV it is the automatic contour against what is being drawn", () => {
  expect(comparedPair(stateWith([automatic, imported("Lung L", "ORGAN")]))).toEqual({
    referenceId: "structure:s1",
    otherId: "automatic:a",
  });
});

test("a pair that was chosen stays, until one of the two is gone", () => {
  const sources = [automatic, imported("GTV-1"), imported("Heart")];
  const chosen = ["imported:Heart", "automatic:a"] as const;
  expect(comparedPair(stateWith(sources, chosen))).toEqual({
    referenceId: "imported:Heart",
    otherId: "automatic:a",
  });
  expect(comparedPair(stateWith(sources.slice(0, 2), chosen)).referenceId).toBe("imported:GTV-1");
});
