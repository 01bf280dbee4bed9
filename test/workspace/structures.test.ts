/**
 * Structures beside the one that is drawn, in the browser: what came with the CT is shown, locked and copied; structures are
 * combined; one that was removed comes back. What the page shows must be what the server replays.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MaskSource } from "#contract/workspace/case.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import { boxMask } from "../archive.ts";
import { type OpenPage, openPage } from "./launch.ts";
import { drag, mayDraw, reviewState, saved, scrollTo, voxelsOf } from "./page-review.ts";
import { openReview, type Patient, serveWithPatient } from "./patient.ts";
import type { OwnServer } from "./serve-in-process.ts";

let data: string;
let server: OwnServer;
let open: OpenPage;
let page: Page;
let patient: Patient;
let imported: MaskSource;
/** Places in memory of the voxels inside. */
let truth: readonly number[];
let automatic: readonly number[];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-structures-"));
  ({ server, patient } = await serveWithPatient(data, 20));
  const { sources } = await patient.client.call("showCase", { caseId: patient.caseId }, undefined);
  imported = sourceOf(sources, "imported");
  truth = await inside(imported.id);
  automatic = await inside(sourceOf(sources, "automatic").id);
  open = await openPage(server.url, { width: 1600, height: 1000 });
  page = open.page;
  await openReview(page, server.url, patient.caseId);
});
afterAll(async () => {
  await open.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

function sourceOf(sources: readonly MaskSource[], kind: MaskSource["kind"]): MaskSource {
  const source = sources.find((candidate) => candidate.kind === kind);
  if (source === undefined) throw new Error(`the case has no ${kind} contour`);
  return source;
}

async function inside(sourceId: string): Promise<number[]> {
  const mask = await patient.client.mask(patient.caseId, sourceId);
  return [...mask.keys()].filter((at) => mask[at] === 1);
}

/** In the page and in the server's replay, which must be the same. */
async function contourOf(name: string): Promise<number[]> {
  await saved(page);
  const shown = await voxelsOf(page, name);
  const structure = (await reviewState(page)).structures.find((candidate) => candidate.name === name);
  expect(await inside(`structure:${structure?.id}`)).toEqual(shown);
  return shown;
}

const names = async (): Promise<string[]> => (await reviewState(page)).structures.map(({ name }) => name);

async function combine(how: string, other: string): Promise<void> {
  await page.getByTestId("combine-how").selectOption(how);
  await page.getByTestId("combine-other").selectOption({ label: other });
  await page.getByTestId("combine-apply").click();
}

/** Pixels of exactly that colour on the axial overlay. */
function pixelsOf(colour: readonly number[]): Promise<number> {
  return page.evaluate((wanted) => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="viewport-axial"] .plane-overlay');
    const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let count = 0;
    for (let at = 0; at < pixels.length; at += 4)
      if (wanted.every((value, channel) => pixels[at + channel] === value) && pixels[at + 3] === 255) count++;
    return count;
  }, colour);
}

test("an imported ROI is shown in its structure set's colour, beside the others, and hidden again", async () => {
  const colour = imported.roi?.colour ?? [];
  expect(colour).toHaveLength(3);
  const area = (await reviewState(page)).grid.size[0] * (await reviewState(page)).grid.size[1];
  await scrollTo(page, Math.floor(truth[truth.length >> 1] / area));
  await page.getByRole("button", { name: "Hide GTVp", exact: true }).click();
  await expect.poll(() => pixelsOf(colour)).toBe(0);
  await page.getByRole("button", { name: "Show GTV", exact: true }).click();
  await expect.poll(() => pixelsOf(colour)).toBeGreaterThan(10);
  await page.getByRole("button", { name: "Hide all that came with the CT" }).click();
  await expect.poll(() => pixelsOf(colour)).toBe(0);
  await page.getByRole("button", { name: "Show GTVp", exact: true }).click();
});

test("an imported ROI is locked; its copy is drawn in, and the ROI stays as it came", async () => {
  await page.getByRole("button", { name: "Copy GTV to a structure of your own" }).click();
  await expect.poll(names).toEqual(["GTVp", "GTV"]);
  expect(await contourOf("GTV")).toEqual(truth);
  await page.keyboard.press("b");
  await drag(page, [
    [0.3, 0.3],
    [0.4, 0.4],
  ]);
  expect((await contourOf("GTV")).length).toBeGreaterThan(truth.length);
  expect(await inside(imported.id)).toEqual(truth);
  expect(await contourOf("GTVp")).toEqual(automatic);
  await page.keyboard.press("Control+z");
  expect(await contourOf("GTV")).toEqual(truth);
});

test("a difference with an imported ROI is that of the voxels, and undo takes it back", async () => {
  await page.getByTestId("panel-combine").click();
  await page.getByTestId("structure-GTVp").getByRole("button", { name: "GTVp", exact: true }).click();
  await combine("difference", imported.label);
  const without = new Set(truth);
  const expected = automatic.filter((at) => !without.has(at));
  await expect.poll(() => voxelsOf(page, "GTVp")).toEqual(expected);
  expect(await contourOf("GTVp")).toEqual(expected);
  await page.keyboard.press("Control+z");
  expect(await contourOf("GTVp")).toEqual(automatic);
});

test("a union of two structures can be a new one, and leaves both as they were", async () => {
  await page.getByTestId("combine-into").getByLabel("New structure").check();
  await combine("union", "GTV");
  await expect.poll(names).toEqual(["GTVp", "GTV", "Union"]);
  const union = [...new Set([...automatic, ...truth])].sort((a, b) => a - b);
  expect(await contourOf("Union")).toEqual(union);
  expect(await contourOf("GTVp")).toEqual(automatic);
  expect(await contourOf("GTV")).toEqual(truth);
});

test("a structure that was removed comes back with undo, also after the page was loaded anew", async () => {
  await page.getByRole("button", { name: "Remove GTV", exact: true }).click();
  await page.getByTestId("remove-structure-confirm").click();
  await expect.poll(names).toEqual(["GTVp", "Union"]);
  await page.keyboard.press("Control+z");
  await expect.poll(names).toEqual(["GTVp", "GTV", "Union"]);
  await page.keyboard.press("Control+Shift+z");
  await expect.poll(names).toEqual(["GTVp", "Union"]);
  await saved(page);
  await page.reload();
  await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
  expect(await names()).toEqual(["GTVp", "Union"]);
  await page.keyboard.press("Control+z");
  await expect.poll(async () => (await names()).sort()).toEqual(["GTV", "GTVp", "Union"]);
  expect(await contourOf("GTV")).toEqual(truth);
});

test("the keyboard stays in the list when a structure is renamed, kept as it was called, or removed", async () => {
  await openReview(page, server.url, patient.caseId);
  await mayDraw(page);
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  const active = () =>
    page.evaluate(() => document.querySelector('.structure-name[aria-pressed="true"]')?.textContent);
  const [name] = await names();
  const row = (of: string, button: string) =>
    page.getByTestId(`structure-${of}`).getByRole("button", { name: `${button} ${of}`, exact: true });
  await row(name, "Rename").press("Enter");
  await page.keyboard.type("another");
  await page.keyboard.press("Escape");
  await expect.poll(focused).toBe(name);
  await row(name, "Rename").press("Enter");
  await page.keyboard.type("GTV_renamed");
  await page.keyboard.press("Enter");
  await expect.poll(focused).toBe("GTV_renamed");
  const last = (await names()).at(-1) ?? "";
  await row(last, "Remove").press("Enter");
  await page.getByTestId("remove-structure-confirm").press("Enter");
  await expect.poll(names).not.toContain(last);
  await expect.poll(focused).toBe(await active());
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect.poll(names).toContain(last);
});

test("a bolus and a couch come with the types of their set, and a copy says that it is exported as an organ", async () => {
  const { client, caseId } = patient;
  const ct = await readCtFolder(join(data, "cases", caseId, "dicom"));
  const types = { Bolus: "BOLUS", Couch: "SUPPORT" };
  const { bytes } = exportMasks({
    ...{ format: "rtstruct", ct, holes: "keyhole", writtenAt: new Date(0), label: "TEST" },
    ...{ softwareVersion: "1", uidName: "bolus-and-couch" },
    rois: Object.entries(types).map(([name, interpretedType]) => ({
      ...{ name, interpretedType, mask: boxMask(ct.grid, [5, 9]), algorithm: "MANUAL" },
      ...{ algorithmDescription: "test", colour: [255, 0, 0] },
    })),
  });
  const folder = join(data, "set");
  await mkdir(folder);
  await writeFile(join(folder, "set.dcm"), bytes);
  await client.importFolder(folder);
  const typesNow = async () => {
    const { sources } = await client.call("showCase", { caseId }, undefined);
    return sources.flatMap(({ roi }) => (roi === undefined ? [] : [[roi.name, roi.type]]));
  };
  await expect.poll(typesNow).toEqual([["GTV", "GTV"], ...Object.entries(types)]);
  await page.reload();
  await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
  await mayDraw(page);
  for (const [name, type] of Object.entries(types)) {
    await page.getByRole("button", { name: `Copy ${name} to a structure of your own` }).click();
    await expect
      .poll(() => page.getByTestId("notice").textContent())
      .toBe(
        `${name} was made from ${name}, of type ORGAN: the set it came with states ${type}, and the copy is exported as ORGAN`,
      );
  }
  const { structures } = await reviewState(page);
  expect(structures.slice(-2).map(({ name, type }) => [name, type])).toEqual([
    ["Bolus", "ORGAN"],
    ["Couch", "ORGAN"],
  ]);
});
