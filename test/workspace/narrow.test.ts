/** The review page as wide as a large screen is at 400 % (WCAG 2.2, 1.4.10): one column, in which the images have room. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planes } from "#editing/tools/plane.ts";
import { type OpenPage, openPage } from "./launch.ts";
import { type Console, drag, mayDraw, voxelsOf } from "./page-review.ts";
import { openReview, type Patient, serveWithPatient } from "./patient.ts";
import type { OwnServer } from "./serve-in-process.ts";

let data: string;
let server: OwnServer;
let open: OpenPage;
let page: Page;
let patient: Patient;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-narrow-"));
  ({ server, patient } = await serveWithPatient(data, 36));
  open = await openPage(server.url, { width: 320, height: 568 });
  page = open.page;
  await openReview(page, server.url, patient.caseId);
  await mayDraw(page);
});
afterAll(async () => {
  await open.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

/** Once it is scrolled to. */
async function boxOf(element: Locator) {
  await element.scrollIntoViewIfNeeded();
  const box = await element.boundingBox();
  if (box === null) throw new Error("it has no size");
  return { ...box, right: box.x + box.width, bottom: box.y + box.height };
}

/** Controls that reach beyond the left or right edge of the window, and the page where it scrolls sideways. */
function beyondEdges(): Promise<string[]> {
  return page.evaluate(() => {
    const sideways = [...document.querySelectorAll("html, .review, .panels")]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map(({ className }) => `scrolls: ${className}`);
    const controls = [...document.querySelectorAll<HTMLElement>("button, input, select, a, h1")]
      .filter((element) => element.offsetWidth > 0 && element.closest("[hidden]") === null)
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return left < -0.5 || right > innerWidth + 0.5;
      })
      .map((element) => `cut: ${element.dataset.testid ?? element.outerHTML.slice(0, 80)}`);
    return [...sideways, ...controls];
  });
}

describe.each([568, 256])("320 pixels wide and %d high", (height) => {
  test("everything is within the width, with all panels opened", async () => {
    await page.setViewportSize({ width: 320, height });
    const closed = page.locator('[data-testid^="panel-"][aria-expanded="false"]');
    while ((await closed.count()) > 0) await closed.first().click();
    expect(await beyondEdges()).toEqual([]);
  });

  test("the images are wide, lie beside nothing, and can be scrolled past", async () => {
    const axial = await boxOf(page.getByTestId("viewport-axial"));
    expect(axial.width).toBeGreaterThan(260);
    expect(axial.height).toBeGreaterThan(110);
    for (const plane of planes) {
      const box = await boxOf(page.getByTestId(`viewport-${plane}`));
      expect(Math.min(box.width, box.height / 0.5), plane).toBeGreaterThan(120);
    }
    // Where there is hardly an image nothing is written over it that stands elsewhere.
    expect(await page.locator('[data-testid="viewport-axial"] .plane-who').isVisible()).toBe(height > 300);
    const images = await boxOf(page.locator(".review-images"));
    expect(images.height).toBeLessThan(0.8 * height);
  });

  test("a stroke is drawn where the pointer is", async () => {
    await boxOf(page.getByTestId("viewport-axial"));
    const before = await voxelsOf(page, "GTVp");
    await page.keyboard.press("b");
    await drag(page, [
      [0.3, 0.4],
      [0.6, 0.4],
    ]);
    expect((await voxelsOf(page, "GTVp")).length).toBeGreaterThan(before.length);
    await page.getByTestId("undo").click();
    expect(await voxelsOf(page, "GTVp")).toEqual(before);
  });

  test("a message is in sight at the top and at the end of the page, and moves no image", async () => {
    const images = page.locator(".review-images");
    const before = await boxOf(images);
    await page.evaluate(() => {
      const { session } = (globalThis as unknown as Console).delineate;
      session.view.showProblem("test", "A problem that takes a sentence or two to tell. It is told here.");
    });
    const problem = page.getByText("A problem that takes");
    await problem.waitFor();
    expect(await boxOf(images)).toEqual(before);
    for (const top of [0, 100_000]) {
      await page.locator(".review").evaluate((element, to) => element.scrollTo(0, to), top);
      const box = await problem.boundingBox();
      if (box === null) throw new Error("the message has no size");
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
    await page.getByRole("button", { name: "Dismiss" }).click();
  });
});

test("no fault in the page", () => {
  expect(open.faults).toEqual([]);
});
