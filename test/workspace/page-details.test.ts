/**
 * What the review page shows round the images, on a laptop's screen: series and model, window values, legend, outlines, comparison,
 * checks, and bars that end when what they are about does.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planes } from "#editing/tools/plane.ts";
import { type OpenPage, openPage } from "./launch.ts";
import {
  type Console,
  drag,
  mayDraw,
  paintedSlice,
  reviewState,
  saved,
  scrollTo,
  voxelsOf,
} from "./page-review.ts";
import { openReview, type Patient, serveWithPatient } from "./patient.ts";
import type { OwnServer } from "./serve-in-process.ts";

let data: string;
let server: OwnServer;
let open: OpenPage;
let page: Page;
let patient: Patient;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-details-"));
  ({ server, patient } = await serveWithPatient(data, 36));
  open = await openPage(server.url);
  page = open.page;
  await openReview(page, server.url, patient.caseId);
});
afterAll(async () => {
  await open.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

const detail = () => patient.client.call("showCase", { caseId: patient.caseId }, undefined);

/** What of the state these tests are about. */
function looks() {
  return page.evaluate(() => {
    const { session } = (globalThis as unknown as Console).delineate;
    const { window, cursor, comparison, outline, outlineWidth, editCount, activeId } = session.getState();
    return { window, cursor, comparison, outline, outlineWidth, editCount, activeId };
  });
}

/** Elements, the page itself among them, that have a vertical scroll bar with somewhere to go. */
function scrolling(): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.scrollingElement;
    const scrolls = (element: Element): boolean =>
      element.scrollHeight > element.clientHeight &&
      (element === root || /auto|scroll/.test(getComputedStyle(element).overflowY));
    return [...document.querySelectorAll("*")]
      .filter(scrolls)
      .map(({ localName, className }) => `${localName}.${String(className).split(" ")[0]}`);
  });
}

/** Whether it lies within the window, and within whatever scrolls round it. */
function whollyInSight(selector: string): Promise<boolean> {
  return page.locator(selector).evaluate((element) => {
    const elementBox = element.getBoundingClientRect();
    let [top, bottom] = [0, innerHeight];
    for (let around = element.parentElement; around !== null; around = around.parentElement) {
      if (getComputedStyle(around).overflowY === "visible") continue;
      const box = around.getBoundingClientRect();
      [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return elementBox.height > 0 && elementBox.top >= top - 0.5 && elementBox.bottom <= bottom + 0.5;
  });
}

describe("above the images", () => {
  test("stand kernel, thickness and spacing, and what the model was trained on, with all of it under the pointer", async () => {
    const { summary, automatic } = await detail();
    const series = page.getByTestId("series");
    expect(await series.innerText()).toContain(`kernel ${summary.kernel}`);
    expect(await series.innerText()).toContain(`slices ${summary.sliceThicknessMm} mm thick`);
    expect(await series.getAttribute("title")).toBe(await series.innerText());
    const model = page.getByTestId("trained-on");
    expect(await model.innerText()).toContain(`trained on ${automatic?.trainedOn.summary}`);
    const title = (await model.getAttribute("title")) ?? "";
    expect(automatic?.trainedOn.details.filter((line) => !title.includes(line))).toEqual([]);
    expect(automatic?.trainedOn.details.length).toBeGreaterThan(1);
  });

  test("a long series description is cut short and pushes nothing off the screen", async () => {
    const width = await page.getByTestId("series").evaluate((element) => {
      element.textContent = "Thorax ".repeat(60);
      const strip = element.parentElement;
      return { needed: strip?.scrollWidth, available: strip?.clientWidth };
    });
    expect(width.needed).toBe(width.available);
    await page.reload();
    await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
  });

  test("zoomed to twice the size, the patient's name stands whole and the signature is on the screen", async () => {
    await page.setViewportSize({ width: 640, height: 360 });
    const name = await page.locator(".bar-patient h1").evaluate((element) => {
      const parts = [element, element.parentElement ?? element].map(
        (part) => part.getBoundingClientRect().right,
      );
      return { cut: element.scrollWidth - element.clientWidth, beyond: parts[0] - parts[1] };
    });
    expect(name.cut).toBe(0);
    expect(name.beyond).toBeLessThanOrEqual(0);
    const sign = await page.getByTestId("approve").boundingBox();
    if (sign === null) throw new Error("there is no signature");
    expect(Math.min(sign.x, sign.y)).toBeGreaterThanOrEqual(0);
    expect(sign.x + sign.width).toBeLessThanOrEqual(640);
    expect(sign.y + sign.height).toBeLessThanOrEqual(360);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  test("window values can be typed; what is no number, or beyond what makes sense, changes nothing", async () => {
    const [centre, width] = [page.getByTestId("window-centre"), page.getByTestId("window-width")];
    await centre.fill("-600");
    await centre.press("Enter");
    await width.fill("1500");
    await width.press("Tab");
    expect((await looks()).window).toEqual({ lower: -1350, upper: 150 });
    expect(await page.getByTestId("window-presets").locator('[value="lung"]').isChecked()).toBe(true);
    for (const typed of ["wide", "", "0", "-5", "99999"]) {
      await width.fill(typed);
      expect(await width.getAttribute("aria-invalid"), typed).toBe("true");
      await width.press("Enter");
      await width.press("Tab");
      expect(await width.inputValue(), typed).toBe("1500");
    }
    expect((await looks()).window).toEqual({ lower: -1350, upper: 150 });
    await page.getByTestId("window-presets").locator('[value="mediastinum"]').check();
    expect([await centre.inputValue(), await width.inputValue()]).toEqual(["40", "400"]);
  });
});

test("a menu that does not fit below its button opens above it, all of it on the screen", async () => {
  const height = 380;
  await page.setViewportSize({ width: 1280, height });
  await page.getByTestId("add-structure").click();
  const last = page.getByRole("menuitem", { name: "Other…" });
  await last.waitFor();
  for (const item of [page.getByTestId("add-gtvp"), last]) {
    const box = await item.boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 0) + (box?.height ?? height)).toBeLessThanOrEqual(height);
  }
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 1280, height: 720 });
});

describe("in the images", () => {
  test("the legend of the slice bar opens over them, moves nothing, and says what each mark means", async () => {
    const box = () => page.getByTestId("viewport-axial").boundingBox();
    const before = await box();
    const card = page.getByTestId("slice-legend-card");
    expect(await card.isVisible()).toBe(false);
    await page.getByTestId("slice-legend").click();
    const text = await card.innerText();
    for (const mark of ["GTVp is drawn", "in doubt", "not seen yet", "and seen", "slice on screen", "head"])
      expect(text).toContain(mark);
    expect(await box()).toEqual(before);
    await page.getByTestId("slice-legend").click();
    expect(await card.isVisible()).toBe(false);
  });

  test("the slice bar's line stays in its place on a screen of other pixels, where the window keeps its size", async () => {
    /** The middle of the line at its right end, of the bar's height. */
    const linePlace = (): Promise<number> =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="slice-bar"] canvas');
        const context = canvas?.getContext("2d");
        if (!canvas || !context) throw new Error("there is no slice bar");
        const { data } = context.getImageData(canvas.width - 1, 0, 1, canvas.height);
        // #79c0ff, of which no other mark has so much blue and so little red.
        const rows = Array.from({ length: canvas.height }, (_, y) => y).filter(
          (y) => data[4 * y + 2] > 200 && data[4 * y] < 150,
        );
        return (rows[0] + rows[rows.length - 1] + 1) / 2 / canvas.height;
      });
    const k = await paintedSlice(page);
    const before = await linePlace();
    const screen = await open.context.newCDPSession(page);
    const size = { width: 1280, height: 720, mobile: false };
    await screen.send("Emulation.setDeviceMetricsOverride", { ...size, deviceScaleFactor: 2 });
    await page.waitForFunction(() => devicePixelRatio === 2);
    await scrollTo(page, k + 1);
    await scrollTo(page, k);
    expect(await linePlace()).toBeCloseTo(before, 2);
    await screen.send("Emulation.setDeviceMetricsOverride", { ...size, deviceScaleFactor: 1 });
  });

  test("outlines are smooth or along the voxels in every plane, which changes no contour; the choice is kept", async () => {
    const before = await voxelsOf(page, "GTVp");
    await page.getByTestId("panel-display").click();
    const smooth = page.getByTestId("outline-smooth");
    expect(await smooth.isChecked()).toBe(true);
    const smoothly = await overlays();
    await smooth.uncheck();
    await expect.poll(overlays).not.toEqual(smoothly);
    const exactly = await overlays();
    for (const plane of planes) expect(exactly[plane], plane).not.toBe(smoothly[plane]);
    await page.getByTestId("outline-width").locator('[value="3"]').check();
    await expect.poll(overlays).not.toEqual(exactly);
    await page.reload();
    await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
    expect(await looks()).toMatchObject({ outline: "voxels", outlineWidth: 3, editCount: 0 });
    expect(await voxelsOf(page, "GTVp")).toEqual(before);
    await smooth.check();
    await page.getByTestId("outline-width").locator('[value="2"]').check();
    expect(await looks()).toMatchObject({ outline: "smooth", outlineWidth: 2 });
  });

  test.each(planes)("a double-click in the %s image enlarges it, and the crosshair stays", async (plane) => {
    const { cursor } = await looks();
    const viewport = page.getByTestId(`viewport-${plane}`);
    const box = await viewport.boundingBox();
    if (box === null) throw new Error("the view has no size");
    const position = { x: 0.3 * box.width, y: 0.4 * box.height };
    await viewport.dblclick({ position });
    await page.locator(`.viewer[data-maximised="${plane}"]`).waitFor();
    expect((await looks()).cursor).toEqual(cursor);
    await viewport.dblclick({ position });
    await page.locator(".viewer:not([data-maximised])").waitFor();
    expect((await looks()).cursor).toEqual(cursor);
    // One press moves it as before.
    await viewport.click({ position });
    expect((await looks()).cursor).not.toEqual(cursor);
  });
});

describe("the comparison", () => {
  test("begins with the physician's GTV as the reference of what is being drawn, all of it in sight", async () => {
    const physicians = (await detail()).sources.find(({ kind }) => kind === "imported")?.id;
    await page.getByTestId("panel-compare").click();
    await page.getByTestId("compare-on").check();
    await page.getByTestId("metrics").waitFor();
    const { comparison, activeId } = await looks();
    expect(comparison).toEqual({ referenceId: physicians, otherId: `structure:${activeId}` });
    await expect.poll(() => whollyInSight('[data-testid="metrics"]')).toBe(true);
    expect(await whollyInSight('[data-testid="panel-compare"]')).toBe(true);
  });

  test("has no scroll bar beside the column's", async () => {
    expect(await scrolling()).toEqual(["aside.panels"]);
  });

  test("keeps the pair that was chosen when slices change, when it is hidden, and when its panel is closed", async () => {
    const automatic = (await detail()).automatic?.id ?? "";
    await page.getByTestId("compare-reference").selectOption(automatic);
    const chosen = (await looks()).comparison;
    expect(chosen?.referenceId).toBe(automatic);
    await scrollTo(page, (await paintedSlice(page)) + 2);
    expect((await looks()).comparison).toEqual(chosen);
    await page.getByTestId("compare-on").uncheck();
    await page.getByTestId("panel-compare").click();
    await page.getByTestId("panel-compare").click();
    expect(await page.getByTestId("compare-reference").inputValue()).toBe(automatic);
    await page.getByTestId("compare-on").check();
    expect((await looks()).comparison).toEqual(chosen);
    await page.getByTestId("compare-on").uncheck();
  });
});

describe("beside Approve", () => {
  test("the number of errors and warnings follows the contours, and pressed it lists them and goes there", async () => {
    const checks = page.getByTestId("checks");
    expect(await checks.innerText()).not.toContain("error");
    await page.getByTestId("structure-GTVp").getByRole("button").first().click();
    await page.getByTestId("panel-margins").click();
    await page.getByTestId("histology").locator('[value="adenocarcinoma"]').check();
    await page.getByTestId("make-ctv").click();
    await page.getByTestId("structure-CTV").waitFor();
    // The CTV stays behind when its GTV grows.
    await page.getByTestId("structure-GTVp").getByRole("button").first().click();
    await page.keyboard.press("b");
    await drag(page, [
      [0.3, 0.4],
      [0.36, 0.45],
    ]);
    // The second one is looked for when the pen has rested.
    await expect.poll(() => checks.innerText()).toContain("2 errors");
    await checks.click();
    const dialog = page.getByTestId("checks-dialog");
    const errors = await dialog.getByTestId("check-error").allInnerTexts();
    expect(errors.join()).toMatch(/CTV is out of date/);
    expect(errors.join()).toMatch(/GTVp has \d+ voxels outside CTV/);
    expect(await checks.innerText()).toContain(`${errors.length} errors`);
    const k = await paintedSlice(page);
    await dialog.getByTestId("check-error").getByRole("button", { name: "Show" }).first().click();
    await dialog.waitFor({ state: "detached" });
    expect(await paintedSlice(page)).toBe(k);
    await page.keyboard.press("Control+z");
    await expect.poll(() => checks.innerText()).not.toContain("error");
    await saved(page);
  });

  test("the dialog that signs keeps its buttons on the screen, and scrolls in one place at most", async () => {
    await page.keyboard.press("Control+Shift+Z");
    for (const height of [720, 500]) {
      await page.setViewportSize({ width: 1280, height });
      await page.getByTestId("approve").click();
      await page.getByTestId("faults").waitFor();
      expect(await whollyInSight('[data-testid="approve-confirm"]'), String(height)).toBe(true);
      const inDialog = (await scrolling()).filter((name) => name.includes("dialog"));
      expect(inDialog, String(height)).toEqual(["div.dialog-body"]);
      await page.keyboard.press("Escape");
    }
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.keyboard.press("Control+z");
    await saved(page);
  });
});

describe("while the server does not answer", () => {
  const bar = () => page.getByRole("alert").filter({ hasText: "does not answer" });
  let statusRequests = 0;
  const silence = (): Promise<unknown> =>
    page.route("**/api/**", (route) => {
      if (route.request().url().endsWith("/api/status")) statusRequests++;
      return route.abort();
    });

  test("what could not be done stands in a bar, which goes when the server answers", async () => {
    await page.keyboard.press("v");
    await silence();
    await page.getByTestId("tool-segment-click").click();
    await page.getByTestId("viewport-axial").click({ position: { x: 200, y: 200 } });
    await bar().waitFor();
    await expect.poll(() => statusRequests).toBeGreaterThan(0);
    expect(await bar().isVisible()).toBe(true);
    await page.unroute("**/api/**");
    await bar().waitFor({ state: "detached" });
  });

  test("a contour that did not come is asked for again, and shown", async () => {
    await page.reload();
    // The review is open again, and not the image alone: what is shown before is forgotten then.
    await mayDraw(page);
    // Slices that are missing have a bar of their own.
    await page.waitForFunction(() => {
      const { session } = (globalThis as unknown as Console).delineate;
      const { loadedSlices, detail } = session.getState();
      return loadedSlices === detail.grid.size[2];
    });
    const physicians = (await detail()).sources.find(({ kind }) => kind === "imported")?.id ?? "";
    const isThere = () =>
      page.evaluate((id) => {
        const { session } = (globalThis as unknown as Console).delineate;
        session.view.showSources([id], true);
        return session.maskOf(id) !== undefined;
      }, physicians);
    await silence();
    expect(await isThere()).toBe(false);
    await bar().waitFor();
    await page.unroute("**/api/**");
    await bar().waitFor({ state: "detached" });
    await expect.poll(isThere).toBe(true);
    expect((await reviewState(page)).saving).not.toBe("stopped");
  });
});

test("no fault in the page", () => {
  expect(open.faults).toEqual([]);
});

/** A fingerprint of each plane's overlay: contours, crosshair and marks. */
function overlays(): Promise<Record<string, number>> {
  return page.evaluate(() => {
    const fingerprints: Record<string, number> = {};
    for (const plane of ["axial", "coronal", "sagittal"]) {
      const canvas = document.querySelector<HTMLCanvasElement>(
        `[data-testid="viewport-${plane}"] .plane-overlay`,
      );
      const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let sum = 0;
      for (let at = 0; at < pixels.length; at++) sum = (Math.imul(sum, 31) + pixels[at]) | 0;
      fingerprints[plane] = sum;
    }
    return fingerprints;
  });
}
