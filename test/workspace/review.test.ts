/**
 * The whole way of a patient through the workspace, in a real browser with real pointer events on the real server: added,
 * contoured, corrected, signed, exported. What is exported must be what was drawn, voxel by voxel.
 */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seenDwellMs } from "#contract/workspace/seen.ts";
import { type Plane, planes } from "#editing/tools/plane.ts";
import { loadModel, shippedModel } from "#model/run/load-model.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { loadRoiMasks } from "#patients/masks/load-masks.ts";
import { dicomErrors } from "../judge.ts";
import { phantomFolder } from "../shared-inputs.ts";
import { zipOf } from "./ct-zip.ts";
import { dropOnWorklist } from "./drop-path.ts";
import { type OpenPage, openPage, type Server, startServer } from "./launch.ts";
import {
  drag,
  mayDraw,
  type PaintedPlane,
  paintedPlane,
  paintedSlice,
  reviewState,
  saved,
  scrollTo,
  voxelsOf,
  voxelsPerSlice,
} from "./page-review.ts";

let data: string;
let patient: string;
let server: Server;
let open: OpenPage;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-review-"));
  patient = await phantomFolder(20, 256);
  server = await startServer(data);
  open = await openPage(server.url);
});
afterAll(async () => {
  await open.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
  await rm(join(patient, ".."), { recursive: true, force: true });
});

describe("a patient's way through the workspace", () => {
  test("a zip that is dropped becomes a patient, is contoured with progress, and waits for review", async () => {
    const { page } = open;
    await dropOnWorklist(page, await zipOf(patient));
    const states = new Set<string>();
    const row = page.locator('[data-testid^="case-"]');
    await row.waitFor();
    await expect
      .poll(
        async () => {
          const state = (await row.getAttribute("data-state")) ?? "";
          states.add(state);
          return state;
        },
        { interval: 50 },
      )
      .toBe("to-review");
    expect([...states]).toContain("segmenting");
    await expect.poll(() => row.textContent()).toMatch(/PHANTOM-20-1/);
  });

  test("the patient opens on the slice with the largest automatic contour", async () => {
    const { page } = open;
    await page.locator('[data-testid^="case-"]').dblclick();
    await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
    const slices = await voxelsPerSlice(page, "GTVp");
    expect(slices[await paintedSlice(page)]).toBe(Math.max(...slices));
    expect(Math.max(...slices)).toBeGreaterThan(0);
  });

  test.each(planes)(
    "the %s image is painted where its contours are: half a voxel away the greys fit worse",
    async (plane) => {
      // Slices arrive one by one; a plane across them is painted again when the last ones are there.
      await expect
        .poll(async () => misfitHere(await paintedPlane(open.page, plane), plane))
        .toBeLessThan(0.8);
    },
  );

  test("wheel and keys scroll, and what was on screen counts as seen", async () => {
    const { page } = open;
    const first = await paintedSlice(page);
    await scrollTo(page, first + 2);
    await page.keyboard.press("ArrowDown");
    await page.locator(`[data-testid="viewport-axial"][data-rendered="${first + 1}"]`).waitFor();
    await expect.poll(async () => (await reviewState(page)).seen).toContain(first + 1);
  });

  test("slices that are rushed past do not count as seen, nor one that shows a corner without the contour", async () => {
    const { page } = open;
    const first = await paintedSlice(page);
    // All in one task of the page: however slow the machine is, none of them stays.
    await page.evaluate(() => {
      for (let press = 0; press < 4; press++)
        window.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", cancelable: true }));
    });
    await expect.poll(async () => (await reviewState(page)).seen).toContain(first - 4);
    const { seen } = await reviewState(page);
    expect([first - 2, first - 3].filter((k) => seen.includes(k))).toEqual([]);
    const axial = page.getByTestId("viewport-axial");
    await axial.hover({ position: { x: 5, y: 30 } });
    await page.keyboard.down("Control");
    for (let turn = 0; turn < 6; turn++) await page.mouse.wheel(0, -400);
    await page.keyboard.up("Control");
    await page.keyboard.press("ArrowUp");
    await page.locator(`[data-testid="viewport-axial"][data-rendered="${first - 3}"]`).waitFor();
    // Nothing to wait for: a slice that counts would in this time.
    await page.waitForTimeout(3 * seenDwellMs);
    expect((await reviewState(page)).seen).not.toContain(first - 3);
    await page.keyboard.press("r");
    await expect.poll(async () => (await reviewState(page)).seen).toContain(first - 3);
    // Nor one whose contour is hidden.
    const voxels = await voxelsPerSlice(page, "GTVp");
    const before = new Set((await reviewState(page)).seen);
    const hidden = voxels.findIndex((count, k) => count > 0 && !before.has(k));
    await page.getByRole("button", { name: "Hide GTVp" }).click();
    await scrollTo(page, hidden);
    await page.waitForTimeout(3 * seenDwellMs);
    expect((await reviewState(page)).seen).not.toContain(hidden);
    await page.getByRole("button", { name: "Show GTVp" }).click();
    await expect.poll(async () => (await reviewState(page)).seen).toContain(hidden);
    await scrollTo(page, first);
  });

  test("the threshold slider rests on the model's own, and a lower one takes in more", async () => {
    const { page } = open;
    const { input, dispose } = await loadModel(shippedModel);
    await dispose();
    const slider = page.getByTestId("threshold");
    expect(await slider.getAttribute("aria-valuetext")).toBe(input.threshold.toFixed(3));
    const before = await voxelsOf(page, "GTVp");
    await slider.fill("120");
    // The lungs are found first.
    await expect.poll(() => voxelsOf(page, "GTVp")).not.toEqual(before);
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(await voxelsOf(page, "GTVp")).toEqual(before);
  });

  test("a brush stroke adds voxels to its slice only, undo takes them away to the voxel, redo brings them back", async () => {
    const { page } = open;
    const before = await voxelsOf(page, "GTVp");
    await page.keyboard.press("b");
    await drag(page, [
      [0.3, 0.4],
      [0.36, 0.45],
    ]);
    const drawn = await voxelsOf(page, "GTVp");
    expect(drawn.length).toBeGreaterThan(before.length + 20);
    const { grid } = await reviewState(page);
    const k = await paintedSlice(page);
    const added = drawn.filter((at) => !before.includes(at));
    expect(new Set(added.map((at) => Math.floor(at / (grid.size[0] * grid.size[1]))))).toEqual(new Set([k]));
    await page.keyboard.press("Control+z");
    expect(await voxelsOf(page, "GTVp")).toEqual(before);
    await page.keyboard.press("Control+Shift+Z");
    expect(await voxelsOf(page, "GTVp")).toEqual(drawn);
  });

  test("the eraser takes away what the brush drew, an outline adds and takes away", async () => {
    const { page } = open;
    const before = await voxelsOf(page, "GTVp");
    await page.keyboard.press("e");
    await drag(page, [
      [0.3, 0.4],
      [0.36, 0.45],
    ]);
    const erased = await voxelsOf(page, "GTVp");
    expect(erased.length).toBeLessThan(before.length);
    await page.keyboard.press("d");
    await drag(page, [
      [0.16, 0.1],
      [0.26, 0.1],
      [0.26, 0.2],
      [0.16, 0.2],
    ]);
    const outlined = await voxelsOf(page, "GTVp");
    expect(outlined.length).toBeGreaterThan(erased.length + 100);
    await page.keyboard.press("f");
    await drag(page, [
      [0.14, 0.08],
      [0.28, 0.08],
      [0.28, 0.22],
      [0.14, 0.22],
    ]);
    expect(await voxelsOf(page, "GTVp")).toEqual(erased);
  });

  test("a threshold that is applied keeps what was drawn, says so, stays where it was set, and goes back to the proposal", async () => {
    const { page } = open;
    const [k, before, slider] = [
      await paintedSlice(page),
      await voxelsOf(page, "GTVp"),
      page.getByTestId("threshold"),
    ];
    const { grid } = await reviewState(page);
    const inSlice = (voxels: readonly number[]): number[] =>
      voxels.filter((at) => Math.floor(at / (grid.size[0] * grid.size[1])) === k);
    await page.keyboard.press("b");
    await drag(page, [
      [0.3, 0.4],
      [0.36, 0.45],
    ]);
    const drawn = await voxelsOf(page, "GTVp");
    await slider.fill("100");
    await page.getByTestId("threshold-apply").click();
    await expect.poll(() => page.getByTestId("notice").textContent()).toMatch(/edited stay/);
    const applied = await voxelsOf(page, "GTVp");
    expect(inSlice(applied)).toEqual(inSlice(drawn));
    expect(applied.length).toBeGreaterThan(drawn.length);
    expect(await slider.inputValue()).toBe("100");
    await page.getByTestId("threshold-proposed").click();
    await expect.poll(() => voxelsOf(page, "GTVp")).toEqual(drawn);
    expect(await slider.inputValue()).toBe("128");
    for (let undone = 0; undone < 3; undone++) await page.keyboard.press("Control+z");
    expect(await voxelsOf(page, "GTVp")).toEqual(before);
  });

  test("slices between two that were drawn are interpolated", async () => {
    const { page } = open;
    await page.getByTestId("add-structure").click();
    await page.getByTestId("add-gtvn").click();
    await page.getByTestId("structure-GTVn").waitFor();
    const first = await paintedSlice(page);
    await page.keyboard.press("d");
    await drag(page, [
      [0.45, 0.3],
      [0.55, 0.3],
      [0.55, 0.4],
      [0.45, 0.4],
    ]);
    await scrollTo(page, first + 4);
    await drag(page, [
      [0.47, 0.32],
      [0.53, 0.32],
      [0.53, 0.38],
      [0.47, 0.38],
    ]);
    await page.keyboard.press("i");
    const slices = (await voxelsPerSlice(page, "GTVn")).slice(first, first + 5);
    // From the larger square to the smaller one, each slice between them in size.
    expect(slices.every((count) => count > 0)).toBe(true);
    expect([...slices].sort((a, b) => b - a)).toEqual(slices);
  });

  test("the CTV holds the GTV, the PTV holds the CTV, and making them again changes nothing", async () => {
    const { page } = open;
    await page.getByTestId("structure-GTVp").getByRole("button").first().click();
    if (!(await page.getByTestId("make-ctv").isVisible())) await page.getByTestId("panel-margins").click();
    await page.getByTestId("histology").locator('[value="adenocarcinoma"]').check();
    await page.getByTestId("make-ctv").click();
    await expect.poll(async () => (await voxelsPerSlice(page, "CTV")).length).toBeGreaterThan(0);
    await page.getByTestId("make-ptv").click();
    await expect.poll(async () => (await voxelsPerSlice(page, "PTV")).length).toBeGreaterThan(0);
    const [gtv, ctv, ptv] = await Promise.all(["GTVp", "CTV", "PTV"].map((name) => voxelsOf(page, name)));
    const [inCtv, inPtv] = [new Set(ctv), new Set(ptv)];
    expect(gtv.filter((at) => !inCtv.has(at))).toEqual([]);
    expect(ctv.filter((at) => !inPtv.has(at))).toEqual([]);
    expect(ctv.length).toBeGreaterThan(gtv.length * 1.2);
    await page.getByTestId("make-ctv").click();
    await saved(page);
    expect(await voxelsOf(page, "CTV")).toEqual(ctv);
  });

  test("everything is there again after the page is loaded anew, undo included", async () => {
    const { page } = open;
    await saved(page);
    const [before, nodes] = [await voxelsOf(page, "GTVp"), await voxelsOf(page, "GTVn")];
    await page.reload();
    await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
    expect(await voxelsOf(page, "GTVp")).toEqual(before);
    expect(await voxelsOf(page, "GTVn")).toEqual(nodes);
    expect(await page.getByTestId("undo").isEnabled()).toBe(true);
  });

  test("approving with unseen slices asks for a reason; with all slices seen it does not", async () => {
    const { page } = open;
    await page.getByTestId("approve").click();
    await page.getByTestId("unseen").waitFor();
    expect(await page.getByTestId("approve-confirm").isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
    for (;;) {
      const { required, seen } = await reviewState(page);
      if (required.every((k) => seen.includes(k))) break;
      const count = seen.length;
      await page.keyboard.press("u");
      await expect.poll(async () => (await reviewState(page)).seen.length).toBeGreaterThan(count);
    }
    await page.getByTestId("approve").click();
    await page.getByTestId("approve-comment").fill("As discussed.");
    await page.getByTestId("approve-confirm").click();
    await page.getByTestId("signed-dialog").waitFor();
  });

  test("the exported RTSTRUCT is what was drawn, approved, and accepted by an independent validator", async () => {
    const { page } = open;
    const download = page.waitForEvent("download");
    await page.getByTestId("download-signed").click();
    const path = await (await download).path();
    const ct = await readCtFolder(join(patient, "ct"));
    const { rois } = await loadRoiMasks(path, { ct });
    expect(rois.map(({ name }) => name).sort()).toEqual(["CTV", "GTVn", "GTVp", "PTV"]);
    for (const { name, mask } of rois) {
      const places = [...mask.data.keys()].filter((at) => mask.data[at] === 1);
      expect(places, name).toEqual(await voxelsOf(page, name));
    }
    const dump = execFileSync("dcmdump", [path], { encoding: "latin1", maxBuffer: 1e9 });
    expect(dump).toMatch(/\(300e,0002\) CS \[APPROVED\]/);
    expect(dump).toMatch(/\(300e,0008\) PN \[Reviewer One\]|\(300e,0008\) PN \[One\^Reviewer\]/);
    expect(dicomErrors(path)).toEqual([]);
  });

  test("the worklist says exported, and an approved review can be opened again", async () => {
    const { page } = open;
    await page.keyboard.press("Escape");
    await page.goto(`${server.url}/#/`);
    await page.locator('[data-testid^="case-"][data-state="exported"]').dblclick();
    await page.getByTestId("reopen").first().click();
    await mayDraw(page);
    const before = await voxelsOf(page, "GTVp");
    await page.keyboard.press("b");
    await drag(page, [
      [0.4, 0.6],
      [0.45, 0.6],
    ]);
    expect((await voxelsOf(page, "GTVp")).length).toBeGreaterThan(before.length);
  });

  test("no fault in the page on the whole way", () => {
    expect(open.faults).toEqual([]);
  });
});

/** How far a plane's greys are from those that its slice has where it belongs, as a part of that half a voxel beside: the worst of four sides. */
function misfitHere({ canvas, greys, hu, grid, window }: PaintedPlane, plane: Plane): number {
  const [u, v] = { axial: [0, 1], coronal: [0, 2], sagittal: [1, 2] }[plane];
  const [across, down] = [grid.size[u], grid.size[v]];
  // The whole plane fits and stands in the middle; slices are counted from the feet, the head is up.
  const [uMm, vMm] = [grid.spacingMm[u], grid.spacingMm[v]];
  const perMm = Math.min(canvas.width / (across * uMm), canvas.height / (down * vMm));
  const sign = plane === "axial" ? 1 : -1;
  const misfit = (du: number, dv: number): number => {
    let sum = 0;
    for (let at = 0; at < hu.length; at++) {
      const x = canvas.width / 2 + perMm * uMm * ((at % across) + du + 0.5 - across / 2);
      const y = canvas.height / 2 + sign * perMm * vMm * (Math.floor(at / across) + dv + 0.5 - down / 2);
      const painted = greys[Math.floor(x) + canvas.width * Math.floor(y)] ?? 0;
      const wanted = (255 * (hu[at] - window.lower)) / (window.upper - window.lower);
      sum += Math.abs(painted - Math.min(255, Math.max(0, wanted)));
    }
    return sum / hu.length;
  };
  const beside = [-0.5, 0.5].flatMap((shift) => [misfit(shift, 0), misfit(0, shift)]);
  return misfit(0, 0) / Math.min(...beside);
}
