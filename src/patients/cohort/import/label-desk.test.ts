import { describe, expect, test } from "vitest";
import { decideLabels, dominance, isNode, type MeasuredRoi } from "./label-desk.ts";
import { identityTexts, redacted } from "./redact.ts";

function roi(name: string, volumeCc: number, maskDigest: string | undefined = name): MeasuredRoi {
  return {
    name,
    volumeCc,
    contours: 1,
    tinyIslands: 0,
    openContours: 0,
    lostContours: 0,
    losses: [],
    maskDigest,
  };
}

test.each([
  ["GTVn", true],
  ["GTV-N2", true],
  ["GTV_LN 4R", true],
  ["GTV node", true],
  ["LN", true],
  ["lymph nodes", true],
  ["Lymphadenopathy", true],
  ["GTV_N_sub", true],
  ["GTV", false],
  ["GTV-1", false],
  ["GTVp", false],
  ["GTV necrosis", false],
  ["GTVneu", false],
  ["nodule", false],
  ["GTV tumour", false],
])("%s is a node: %s", (name, expected) => {
  expect(isNode(name)).toBe(expected);
});

describe("the primary tumour", () => {
  const decide = (...rois: readonly MeasuredRoi[]) => decideLabels(rois, "GTV.*", "set.dcm");

  test("is the only candidate, nodes and organs aside", () => {
    const { primary, chosen, rois } = decide(roi("Heart", 500), roi("GTV", 20), roi("GTVn", 30));
    expect([primary, chosen]).toEqual([[1], "only match"]);
    expect(rois.map(({ role }) => role)).toEqual(["other", "primary", "node"]);
  });

  test("is the one whose name says so, even if another is larger", () => {
    expect(decide(roi("GTV-1", 20), roi("GTV-2", 200))).toMatchObject({ primary: [0], chosen: "by name" });
    expect(decide(roi("GTV_a", 20), roi("GTV primary", 2))).toMatchObject({
      primary: [1],
      chosen: "by name",
    });
  });

  test("is the one that is larger by far where names say nothing, and nobody's guess where none is", () => {
    expect(decide(roi("GTV_a", 20), roi("GTV_b", 20 * dominance))).toMatchObject({
      primary: [1],
      chosen: "by volume",
    });
    expect(decide(roi("GTV_a", 20), roi("GTV_b", 20 * dominance - 1))).toMatchObject({
      primary: [],
      chosen: "undecided",
    });
    expect(decide(roi("GTV-1", 20), roi("GTVp", 30))).toMatchObject({ primary: [], chosen: "undecided" });
  });

  test("is one of two equal masks, and the other is a duplicate of it", () => {
    const { primary, rois } = decide(
      roi("GTV_a", 20, "same"),
      roi("GTV_b", 20, "same"),
      roi("Copy", 20, "same"),
    );
    expect(primary).toEqual([0]);
    expect(rois.map(({ role, duplicateOf }) => [role, duplicateOf])).toEqual([
      ["primary", undefined],
      ["duplicate", 0],
      ["duplicate", 0],
    ]);
  });

  test("cannot be empty: a patient whose only candidates are empty or nodes is refused with their names", () => {
    const empty = { ...roi("GTV", 0), maskDigest: undefined };
    expect(() => decide(empty, roi("GTVn", 5))).toThrow(/GTV, GTVn \(nodes or empty\)/);
    expect(() => decide(roi("Heart", 500))).toThrow(/no ROI that matches GTV\.\*; it has: Heart/);
  });
});

test("IDs and all parts of names are taken out of messages, whatever their case; short parts stay", () => {
  const identity = identityTexts("LUNG1-001", "Muster^Anna Maria^X");
  expect(redacted("/data/lung1-001/Anna/x.dcm of MUSTER", identity)).toBe(
    "/data/[patient]/[patient]/x.dcm of [patient]",
  );
  expect(identityTexts("a.b*c", "")).toEqual(["a.b*c"]);
  expect(redacted("a.b*c aXbbc", ["a.b*c"])).toBe("[patient] aXbbc");
});
