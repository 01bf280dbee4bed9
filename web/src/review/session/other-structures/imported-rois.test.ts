import { expect, test } from "vitest";
import { copyInWords, importedRois } from "./imported-rois.ts";

const source = (name: string, type: string, colour: [number, number, number] | null) => ({
  ...({ id: `imported:${name}`, kind: "imported", label: `${name}, imported`, volumeCc: 1 } as const),
  roi: { name, type, colour },
});

test("an imported ROI keeps the colour and the type of its structure set", () => {
  const [roi] = importedRois({ sources: [source("Heart", "ORGAN", [1, 2, 3])] });
  expect(roi).toMatchObject({ name: "Heart", type: "ORGAN", colour: [1, 2, 3] });
});

test("its name says what it is where the set says nothing or ORGAN of all; what is no target counts as an organ", () => {
  const names = ["GTV-1", "ctv high", "PTV", "spinal cord"];
  const rois = importedRois({ sources: names.map((name) => source(name, "", null)) });
  expect(rois.map(({ type }) => type)).toEqual(["GTV", "CTV", "PTV", "ORGAN"]);
  expect(importedRois({ sources: [source("GTV-1", "ORGAN", null)] })[0].type).toBe("GTV");
  expect(importedRois({ sources: [source("PTV_RING", "CONTROL", null)] })[0].type).toBe("ORGAN");
  for (const type of ["EXTERNAL", "AVOIDANCE"])
    expect(importedRois({ sources: [source("GTV box", type, null)] })[0].type).toBe(type);
});

test("a copy of a type that the workspace does not have says what it counts as, and what its set states", () => {
  const copyWords = (name: string, type: string, copy = name) =>
    copyInWords(importedRois({ sources: [source(name, type, null)] })[0], copy);
  for (const type of ["BOLUS", "SUPPORT", "MARKER"])
    expect(copyWords("Couch", type)).toMatch(
      new RegExp(`of type ORGAN: .* states ${type}, .* exported as ORGAN`),
    );
  expect(copyWords("GTV-1", "ORGAN")).toContain("states ORGAN, and the copy is exported as GTV");
  // Stated as it is, in small letters, or not at all; and what has another name now says of what it was made.
  for (const type of ["AVOIDANCE", "avoidance "])
    expect(copyWords("Rind", type)).toBe("Rind was made from Rind, of type AVOIDANCE");
  expect(copyWords("Heart, whole organ", "", "Heart whole org")).toBe(
    "Heart whole org was made from Heart, whole organ, of type ORGAN",
  );
});

test("those without a colour differ from each other, and what was not imported is left out", () => {
  const automatic = { id: "automatic:a", kind: "automatic", label: "Automatic", volumeCc: 1 } as const;
  const rois = importedRois({ sources: [automatic, source("A", "", null), source("B", "", null)] });
  expect(rois.map(({ name }) => name)).toEqual(["A", "B"]);
  expect(rois[0].colour).not.toEqual(rois[1].colour);
});
