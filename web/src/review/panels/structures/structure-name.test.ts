import { expect, test } from "vitest";
import { freeName, structureNameProblem } from "./structure-name.ts";

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

test("names differ by more than case", () => {
  expect(structureNameProblem("gtvP", ["GTVp"])).toBe("Another structure has this name.");
});

test("a name that is taken gets the first free number", () => {
  expect(freeName("GTVn", [])).toBe("GTVn");
  expect(freeName("GTVn", ["GTVn", "gtvn-2"])).toBe("GTVn-3");
});
