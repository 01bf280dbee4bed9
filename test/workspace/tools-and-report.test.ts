/**
 * The nudging ball, growing by millimetres, the template's names and the report, in the browser: real pointer events in each
 * plane, and the server's replay of the log beside what the page shows.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { grow, shrink } from "#editing/tools/grow.ts";
import { type Plane, planeShape, planes, voxelToPlane } from "#editing/tools/plane.ts";
import { createGrid, type Grid, voxelCount } from "#geometry/grid.ts";
import { type OpenPage, openPage } from "./launch.ts";
import { type Console, reviewState, saved, voxelsOf } from "./page-review.ts";
import { openReview, type Patient, serveWithPatient } from "./patient.ts";
import type { OwnServer } from "./serve-in-process.ts";

let data: string;
let server: OwnServer;
let open: OpenPage;
let page: Page;
let patient: Patient;
let grid: Grid;
/** In the middle of the contour. */
let middle: Vector3;
let automatic: readonly number[];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-nudge-"));
  ({ server, patient } = await serveWithPatient(data, 36));
  open = await openPage(server.url, { width: 1600, height: 1000 });
  page = open.page;
  await openReview(page, server.url, patient.caseId);
  const state = await reviewState(page);
  grid = createGrid(state.grid.size, state.grid.spacingMm, patientPoint(0, 0, 0));
  middle = state.cursor;
  automatic = await contour();
});
afterAll(async () => {
  await open.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

/** In the page and in the server's replay, which must be the same. */
async function contour(): Promise<number[]> {
  await saved(page);
  const shown = await voxelsOf(page, "GTVp");
  const { structures } = await reviewState(page);
  const mask = await patient.client.mask(patient.caseId, `structure:${structures[0].id}`);
  expect([...mask.keys()].filter((at) => mask[at] === 1)).toEqual(shown);
  return shown;
}

/** Kind and stroke of the log's edits. */
async function editsInLog() {
  await saved(page);
  const { reviewId } = await reviewState(page);
  return (await patient.client.call("showReview", { reviewId }, undefined)).edits;
}

/** Where a voxel is on the screen while a plane is shown whole, the head above. */
async function pixelOf(plane: Plane, voxel: Vector3): Promise<readonly [number, number]> {
  const box = await page.getByTestId(`viewport-${plane}`).boundingBox();
  if (box === null) throw new Error(`the ${plane} plane has no size`);
  const { width, height, spacingMm } = planeShape(plane, grid);
  const [uMm, vMm] = spacingMm;
  const scale = Math.min(box.width / (width * uMm), box.height / (height * vMm));
  const { u, v } = voxelToPlane(plane, voxel);
  const x = box.x + box.width / 2 + (u - (width - 1) / 2) * uMm * scale;
  const down = (v - (height - 1) / 2) * vMm * scale;
  return [x, box.y + box.height / 2 + (plane === "axial" ? down : -down)];
}

async function nudgeAlong(plane: Plane, from: Vector3, to: Vector3): Promise<void> {
  const [begin, end] = [await pixelOf(plane, from), await pixelOf(plane, to)];
  await page.keyboard.press("n");
  await page.mouse.move(...begin);
  await page.mouse.down();
  await page.mouse.move(...end, { steps: 8 });
  await page.mouse.up();
}

const placeOf = ([i, j, k]: Vector3): number => i + grid.size[0] * (j + grid.size[1] * k);

/** The last voxel of the contour, from its middle in the direction of an axis. */
function lastInside(axis: 0 | 1 | 2): Vector3 {
  const inside = new Set(automatic);
  const at: [number, number, number] = [...middle];
  while (inside.has(placeOf(at))) at[axis]++;
  at[axis]--;
  return at;
}

function moved(voxel: Vector3, axis: 0 | 1 | 2, by: number): Vector3 {
  const at: [number, number, number] = [...voxel];
  at[axis] += by;
  return at;
}

const uAxis = { axial: 0, coronal: 0, sagittal: 1 } as const;

test.each(planes)(
  "in the %s plane the ball pushes outwards from inside: one stroke, undone at once",
  async (plane) => {
    const before = await editsInLog();
    const axis = uAxis[plane];
    const border = lastInside(axis);
    await nudgeAlong(plane, middle, moved(border, axis, 2));
    const after = new Set(await contour());
    expect(automatic.filter((at) => !after.has(at))).toEqual([]);
    expect(after.has(placeOf(moved(border, axis, 2)))).toBe(true);
    const newEdits = (await editsInLog()).slice(before.length);
    expect(new Set(newEdits.map(({ kind }) => kind))).toEqual(new Set(["nudge"]));
    expect(new Set(newEdits.map(({ stroke }) => stroke)).size).toBe(1);
    await page.keyboard.press("Control+z");
    expect(await contour()).toEqual(automatic);
  },
);

test.each(planes)("in the %s plane it pushes inwards from outside, and adds nothing", async (plane) => {
  const axis = uAxis[plane];
  const border = lastInside(axis);
  const away = Math.ceil(10 / grid.spacingMm[axis]);
  await nudgeAlong(plane, moved(border, axis, away), moved(border, axis, 1));
  const after = await contour();
  const inside = new Set(automatic);
  expect(after.filter((at) => !inside.has(at))).toEqual([]);
  expect(after).not.toContain(placeOf(border));
  await page.keyboard.press("Control+z");
  expect(await contour()).toEqual(automatic);
});

/** The automatic contour after an operation, done here. */
function expected(change: typeof grow, mm: number, within: "volume" | "slice"): number[] {
  const mask = { grid, data: new Uint8Array(voxelCount(grid)) };
  for (const at of automatic) mask.data[at] = 1;
  applyPatch(mask, change(mask, mm, within));
  return [...mask.data.keys()].filter((at) => mask.data[at] === 1);
}

test("a stroke ends where another slice comes amid it: nothing is drawn in a slice that is not on the screen", async () => {
  const before = await contour();
  const [i, , k] = middle;
  await page.keyboard.press("b");
  await page.mouse.move(...(await pixelOf("axial", [i, 4, k])));
  await page.mouse.down();
  await page.mouse.move(...(await pixelOf("axial", [i + 10, 4, k])), { steps: 3 });
  await page.evaluate(() => {
    const { session } = (globalThis as unknown as Console).delineate;
    session.view.moveSlice("axial", 1);
  });
  const drawn = await voxelsOf(page, "GTVp");
  expect(drawn.length).toBeGreaterThan(before.length);
  await page.mouse.move(...(await pixelOf("axial", [i + 30, 4, k])), { steps: 3 });
  await page.mouse.up();
  expect(await contour()).toEqual(drawn);
  await page.keyboard.press("Control+z");
  expect(await contour()).toEqual(before);
  await page.evaluate(() => {
    const { session } = (globalThis as unknown as Console).delineate;
    session.view.moveSlice("axial", -1);
  });
});

/** Fingers down, all of them, in CSS pixels of the page. */
type Fingers = readonly (readonly [number, number])[];

test("two fingers that pinch with the brush chosen zoom the image, and the contour stays as it is", async () => {
  const before = await contour();
  const [i, j, k] = middle;
  await page.keyboard.press("b");
  const [x, y] = await pixelOf("axial", [i, j, k]);
  const columnUnder = async (at: number): Promise<number> => {
    await page.mouse.move(at, y);
    // It is written with the next frame.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const under = page.locator('[data-testid="viewport-axial"] .plane-under');
    return Number(/voxel (\d+)/.exec(await under.innerText())?.[1]);
  };
  const columns = async () => (await columnUnder(x + 100)) - (await columnUnder(x));
  const columnsBefore = await columns();
  const touchscreen = await open.context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", fingers: Fingers) =>
    touchscreen.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: fingers.map(([fx, fy], id) => ({ x: fx, y: fy, id })),
    });
  const leftFinger = [x - 60, y] as const;
  await touch("touchStart", [leftFinger]);
  await touch("touchMove", [[x - 64, y]]);
  await touch("touchStart", [leftFinger, [x + 40, y]]);
  for (const step of [10, 20, 30, 40, 50]) await touch("touchMove", [leftFinger, [x + 40 + 2 * step, y]]);
  await touch("touchEnd", []);
  // They parted to twice their distance. Both ends are rounded to a voxel.
  expect(Math.abs((await columns()) - columnsBefore / 2)).toBeLessThanOrEqual(1);
  expect(await contour()).toEqual(before);
  await page.keyboard.press("r");
});

test("the structure grows by the millimetres that are typed, in 3D or in each slice, as one entry of the log", async () => {
  const before = await editsInLog();
  await page.getByTestId("grow-mm").fill("6");
  await page.getByTestId("operation-grow").click();
  expect(await contour()).toEqual(expected(grow, 6, "volume"));
  expect((await editsInLog()).slice(before.length).map(({ kind }) => kind)).toEqual(["grow"]);
  await page.keyboard.press("Control+z");
  expect(await contour()).toEqual(automatic);
  await page.getByTestId("grow-within").getByLabel("In each slice").check();
  await page.getByTestId("operation-grow").click();
  expect(await contour()).toEqual(expected(grow, 6, "slice"));
  await page.keyboard.press("Control+z");
});

test("it shrinks likewise, and less than the distance between voxels changes nothing and says so", async () => {
  await page.getByTestId("operation-shrink").click();
  expect(await contour()).toEqual(expected(shrink, 6, "slice"));
  await page.keyboard.press("Control+z");
  const before = await editsInLog();
  await page.getByTestId("grow-mm").fill("0.5");
  await page.getByTestId("operation-shrink").click();
  await page.getByText("is less than the distance between voxels").waitFor();
  expect(await editsInLog()).toHaveLength(before.length);
  expect(await contour()).toEqual(automatic);
});

test("a structure is added by a name of the template, with its type; a name outside it is marked and stays", async () => {
  const add = async (name: string): Promise<void> => {
    await page.getByTestId("add-structure").click();
    await page.getByRole("menuitem", { name: "Other…" }).click();
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByRole("button", { name: "Add", exact: true }).click();
  };
  const outside = page.getByTestId("outside-template");
  await add("Lung_L");
  expect((await reviewState(page)).structures.at(-1)).toMatchObject({
    name: "Lung_L",
    type: "ORGAN",
    colour: [80, 200, 140],
  });
  expect(await outside.count()).toBe(0);
  await add("lung_r");
  expect((await reviewState(page)).structures.at(-1)).toMatchObject({ name: "lung_r", type: "GTV" });
  expect(await outside.textContent()).toContain("which spells it Lung_R");
});

test("a rename to a name that the template gives to another type is refused with a reason", async () => {
  await page.getByRole("button", { name: "Rename lung_r" }).click();
  const field = page.getByRole("combobox", { name: "Name" });
  await field.fill("Heart");
  await page.getByText("Heart is ORGAN in the template, and this is GTV").waitFor();
  await field.press("Escape");
  expect((await reviewState(page)).structures.at(-1)?.name).toBe("lung_r");
});

test("the report of what was signed is saved from the review, with pictures and the strokes that were made", async () => {
  const { caseId } = await reviewState(page);
  await page.getByTestId("approve").click();
  await page.getByTestId("unseen-reason").fill("A trial.");
  await page.getByTestId("approve-comment").fill("Looks right.");
  await page.getByTestId("approve-confirm").click();
  const detail = () => patient.client.call("showCase", { caseId }, undefined);
  await expect.poll(async () => (await detail()).versions.length).toBe(1);
  await page.reload();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByTestId("download-report").click(),
  ]);
  const { summary } = await detail();
  expect(download.suggestedFilename()).toBe(`${summary.patientLabel}-${caseId.slice(0, 4)}-v1.report.html`);
  const path = join(data, "report.html");
  await download.saveAs(path);
  const report = await open.context.newPage();
  await report.goto(`file://${path}`);
  await report.getByText("Looks right.").waitFor();
  await report.getByText("nudge of the border").waitFor();
  const widths = await report.evaluate(() => [...document.images].map(({ naturalWidth }) => naturalWidth));
  expect(widths).toEqual([500, 500, 500, 500, 500]);
  expect(await readFile(path, "utf8")).not.toContain(summary.patientName);
  await report.close();
});
