import { expect, test } from "vitest";
import type { StructureTemplate } from "#contract/workspace/structure-template.ts";
import { outsideTemplate, typeProblem } from "./template-words.ts";

const template: StructureTemplate = {
  name: "Clinic",
  structures: [
    { name: "Lung_L", type: "ORGAN", colour: [1, 2, 3], description: "" },
    { name: "GTVp", type: "GTV", colour: [4, 5, 6], description: "" },
  ],
};

test("a name of the template is in it; one that differs in case is told the spelling, and is not changed", () => {
  expect(outsideTemplate(template, "Lung_L")).toBeNull();
  expect(outsideTemplate(template, "lung_l")).toMatch(/which spells it Lung_L$/);
  expect(outsideTemplate(template, "Lung")).toBe("not a name of the template “Clinic”");
});

test("a target cannot be called as the template calls an organ: its type would change in silence", () => {
  expect(typeProblem(template, "Lung_L", "GTV")).toMatch(/ORGAN in the template, and this is GTV/);
  expect(typeProblem(template, "GTVp", "GTV")).toBeNull();
  expect(typeProblem(template, "Tumour", "ORGAN")).toBeNull();
});
