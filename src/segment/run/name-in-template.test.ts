import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { shippedTemplate } from "#patients/structure-template.ts";
import { nameInTemplate } from "./name-in-template.ts";

const lung = fileURLToPath(shippedTemplate);

test("a GTV of the template has its colour", async () => {
  expect(await nameInTemplate("GTVp", lung)).toEqual({ colour: [255, 64, 64], findings: [] });
});

test("a name outside the template stays, and is said to be outside, with the template's spelling if only case differs", async () => {
  const { findings } = await nameInTemplate("GTVP", lung);
  expect(findings).toMatchObject([{ severity: "warning", code: "not-in-template" }]);
  expect(findings[0].message).toMatch(/which spells it GTVp\. The ROI keeps it\.$/);
  expect((await nameInTemplate("GTV_AUTO", lung)).findings[0].message).not.toMatch(/spells/);
});

test("a tumour is not called as an organ is", async () => {
  await expect(nameInTemplate("Lung_L", lung)).rejects.toMatchObject({ code: "usage" });
});

test("without a template every name is right", async () => {
  expect(await nameInTemplate("Lung_L", undefined)).toEqual({ colour: [255, 0, 0], findings: [] });
});
