import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  misspeltEntry,
  structureTemplateSchema,
  templateEntry,
} from "#contract/workspace/structure-template.ts";
import { readStructureTemplate, shippedTemplate } from "./structure-template.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "delineate-template-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: unknown) {
  const path = join(folder, "clinic.json");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return readStructureTemplate(path);
}
const heart = { name: "Heart", type: "ORGAN", colour: "#D26e0a" };
const template = (...structures: readonly unknown[]) => ({ name: "Clinic", structures });

test("the shipped template is one, has the targets of lung cancer and the organs at risk round them", async () => {
  const shipped = await readStructureTemplate(shippedTemplate);
  expect(structureTemplateSchema.safeParse(shipped).error).toBeUndefined();
  const types = Object.fromEntries(shipped.structures.map(({ name, type }) => [name, type]));
  expect(types).toMatchObject({ GTVp: "GTV", GTVn: "GTV", CTV: "CTV", PTV: "PTV", External: "EXTERNAL" });
  for (const organ of ["Lung_L", "Lung_R", "Heart", "Esophagus", "SpinalCord"])
    expect(types[organ]).toBe("ORGAN");
  expect(new Set(shipped.structures.map(({ colour }) => colour.join())).size).toBe(shipped.structures.length);
});

test("a colour is read as red, green, blue; a description may be left out", async () => {
  const { structures } = await read(template(heart));
  expect(structures).toEqual([{ name: "Heart", type: "ORGAN", colour: [210, 110, 10], description: "" }]);
});

test("names are found as they are spelt; one that differs in case is told apart from one that is not there", async () => {
  const clinic = await read(template(heart));
  expect(templateEntry(clinic, "Heart")?.type).toBe("ORGAN");
  expect(templateEntry(clinic, "heart")).toBeUndefined();
  expect(misspeltEntry(clinic, "hEART")?.name).toBe("Heart");
  expect(misspeltEntry(clinic, "Heart")).toBeUndefined();
  expect(misspeltEntry(clinic, "Hearts")).toBeUndefined();
});

test.each([
  ["{", "is no JSON"],
  [[], "expected object"],
  [{ structures: [heart] }, "name: expected a text"],
  [template(), "structures: at least one structure is needed"],
  [template(heart, "Lung"), "structure 2: "],
  [
    template(heart, { ...heart, name: "SpinalCord_PRV_05" }),
    'structure 2 ("SpinalCord_PRV_05"), name: a name has at most 16 characters (TG-263)',
  ],
  [template({ ...heart, name: "Herz ä" }), 'structure 1 ("Herz ä"), name: a name has plain characters only'],
  [
    template({ ...heart, type: "organ" }),
    'structure 1 ("Heart"), type: expected one of GTV, CTV, PTV, ORGAN, EXTERNAL, AVOIDANCE',
  ],
  [
    template({ ...heart, colour: "red" }),
    'structure 1 ("Heart"), colour: expected a colour such as "#ff4040"',
  ],
  [template({ ...heart, color: "#ffffff" }), 'structure 1 ("Heart"): '],
  [template(heart, { ...heart, name: "HEART" }), 'structures 1 ("Heart") and 2 ("HEART") have one name'],
])("%j is refused in one sentence that names file and entry", async (content, words) => {
  const failure = await read(content).catch((error: Error) => error);
  expect(failure).toMatchObject({ code: "bad-configuration" });
  const { message } = failure as Error;
  expect(message).toContain("clinic.json");
  expect(message).toContain(words);
  expect(message).toMatch(/^[^\n]+[^.]\.$/);
});

test("a file that is not there is said to be missing", async () => {
  await expect(readStructureTemplate(join(folder, "none.json"))).rejects.toMatchObject({
    code: "file-not-found",
  });
});
