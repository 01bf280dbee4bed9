import { expect, test } from "vitest";
import { freeName, plainName, structureNameProblem } from "./structure-name.ts";

test("names that planning systems keep are accepted", () => {
  for (const name of ["GTVp", "GTV n 2", "A234567890123456"])
    expect(structureNameProblem(name, [])).toBeNull();
});

test.each(["", "A2345678901234567", "Lunge Ä", "a\\b", " GTV", "GTV "])(
  "%j is refused with a sentence",
  (name) => {
    expect(structureNameProblem(name, [])).toMatch(/\.$/);
  },
);

test.each([
  ["gtvP", "GTVp"],
  ["GTV  n", "GTV n"],
])("names differ by more than case and spaces: %j is %j", (name, taken) => {
  expect(structureNameProblem(name, [taken])).toBe("Another structure has this name.");
  expect(freeName(name, [taken])).toBe(`${name}-2`);
});

test("a name that is taken gets the first free number", () => {
  expect(freeName("GTVn", [])).toBe("GTVn");
  expect(freeName("GTVn", ["GTVn", "gtvn-2"])).toBe("GTVn-3");
});

test("a long name gives way to its number, so that the name stays one that planning systems keep", () => {
  expect(freeName("A234567890123456", ["a234567890123456"])).toBe("A2345678901234-2");
});

test.each([
  ["GTV-1", "GTV-1"],
  ["Lunge, linke Hälfte", "Lunge, linke Hal"],
  ["Großhirn", "Grosshirn"],
  ["腫瘍 1", "__ 1"],
  ["a\\b", "a_b"],
  ["  ", "ROI"],
])("an imported ROI called %j is copied as %j", (name, copied) => {
  expect(plainName(name)).toBe(copied);
  expect(structureNameProblem(copied, [])).toBeNull();
});
