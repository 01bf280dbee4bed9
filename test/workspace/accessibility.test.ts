/**
 * Every page and dialog of the workspace against axe-core, and the way from the worklist to a brush with the keyboard alone.
 * What axe cannot judge, such as whether the order of stops makes sense, is not here.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { seriousViolations } from "./axe.ts";
import { focusedStop, shownFocus } from "./keyboard.ts";
import { type OpenPage, openPage } from "./launch.ts";
import { reviewState } from "./page-review.ts";
import { type Patient, serveWithPatient } from "./patient.ts";
import type { OwnServer } from "./serve-in-process.ts";

let data: string;
let server: OwnServer;
let open: OpenPage;
let page: Page;
let patient: Patient;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-accessibility-"));
  ({ server, patient } = await serveWithPatient(data, 20));
  open = await openPage(server.url);
  page = open.page;
});
afterAll(async () => {
  await open.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

describe("no page hinders a person who does not see or use it as most do", () => {
  test("the study without reviews, and contouring on this computer", async () => {
    await page.goto(`${server.url}/#/study`);
    await page.getByText("No review is signed yet").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.goto(`${server.url}/#/here`);
    await page.getByText("Drop the folder of a planning CT").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test("the worklist with a patient, the question before deleting, and the reviewer's name", async () => {
    await page.goto(`${server.url}/#/`);
    await page.locator(`[data-testid="case-${patient.caseId}"][data-state="to-review"]`).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByTestId(`remove-${patient.caseId}`).click();
    await page.getByTestId("remove-dialog").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByTestId("reviewer").click();
    await page.getByTestId("reviewer-dialog").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press("Escape");
  });
});

test("the question who reviews, on a browser's first visit", async () => {
  const browser = open.context.browser();
  const stranger = await browser?.newPage();
  if (stranger === undefined) throw new Error("the browser is gone");
  await stranger.goto(server.url);
  await stranger.getByTestId("reviewer-dialog").waitFor();
  expect(await seriousViolations(stranger)).toEqual([]);
  // Esc leaves it where it is, however often it is pressed.
  await stranger.keyboard.press("Escape");
  await stranger.keyboard.press("Escape");
  expect(await stranger.getByTestId("reviewer-dialog").isVisible()).toBe(true);
  await stranger.close();
});

describe("the keyboard alone", () => {
  test("leads from the worklist into a review and to a brush, and shows at each stop where it is", async () => {
    await page.reload();
    await page.locator(`[data-testid="case-${patient.caseId}"]`).waitFor();
    await tabTo(page, `a[href="#/case/${patient.caseId}"]`);
    await page.keyboard.press("Enter");
    await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
    await tabTo(page, '[data-testid="tool-brush"]');
    await page.keyboard.press("Space");
    expect(await page.getByTestId("tool-brush").getAttribute("aria-pressed")).toBe("true");
    await page.keyboard.press("v");
    expect(await page.getByTestId("tool-brush").getAttribute("aria-pressed")).toBe("false");
    await page.keyboard.press("b");
    expect(await page.getByTestId("tool-brush").getAttribute("aria-pressed")).toBe("true");
  });

  test("goes round the whole review page, images and panels included, and is seen at each stop", async () => {
    const stops = await tabTo(page, await focusedStop(page));
    expect(stops).toEqual(
      expect.arrayContaining([
        '[data-testid="viewport-axial"]',
        '[data-testid="viewport-coronal"]',
        '[data-testid="viewport-sagittal"]',
        '[data-testid="panel-compare"]',
        '[data-testid="approve"]',
      ]),
    );
  });

  test("stays in a dialog that is open, is seen at each of its stops, and goes back where it was", async () => {
    for (const name of ["help", "approve"]) {
      const opener = `[data-testid="${name}"]`;
      await tabTo(page, opener);
      await page.keyboard.press("Enter");
      await page.getByTestId(`${name}-dialog`).waitFor();
      const cross = 'dialog button[aria-label="Close"]';
      await page.locator(cross).focus();
      const stops = await tabTo(page, cross);
      expect(stops.filter((stop) => !stop.startsWith("dialog "))).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByTestId(`${name}-dialog`).waitFor({ state: "detached" });
      expect(await focusedStop(page)).toBe(opener);
    }
  });
});

test("a dialog stays open when a text in it is selected to beyond its edge, and is closed by a press beside it", async () => {
  await page.getByTestId("approve").click();
  const comment = page.getByTestId("approve-comment");
  await comment.fill("Discussed with the surgeon.");
  const box = await comment.boundingBox();
  if (box === null) throw new Error("the comment has no size");
  await page.mouse.move(box.x + box.width / 2, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(5, box.y + 10);
  await page.mouse.up();
  expect(await comment.inputValue()).toBe("Discussed with the surgeon.");
  await page.mouse.click(5, box.y + 10);
  await page.getByTestId("approve-dialog").waitFor({ state: "detached" });
});

describe("no part of a review hinders a person either", () => {
  test("all panels opened, and the comparison on", async () => {
    const closed = page.locator('[data-testid^="panel-"][aria-expanded="false"]');
    expect(await closed.count()).toBeGreaterThan(0);
    while ((await closed.count()) > 0) await closed.first().click();
    await page.getByTestId("compare-on").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByTestId("compare-on").check();
    await page.getByTestId("metrics").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test("in high contrast, which paints backgrounds alike, the chosen tool, window and structure are told apart, and whose colour is which", async () => {
    // No colour on its way to another one is looked at.
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.emulateMedia({ forcedColors: "active" });
    onTestFinished(() => page.emulateMedia({ forcedColors: null, reducedMotion: null }));
    const background = (selector: string): Promise<string> =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).backgroundColor);
    const chosen = '.rail [aria-pressed="true"]';
    expect(await background(chosen)).not.toBe(await background('.rail [aria-pressed="false"]'));
    expect(await background(".structure-active .structure-name")).toBe(await background(chosen));
    const option = '[data-testid="window-presets"] input';
    expect(await background(`${option}:checked + span`)).toBe(await background(chosen));
    expect(await background(`${option}:not(:checked) + span`)).not.toBe(await background(chosen));
    const { colour } = (await reviewState(page)).structures[0];
    expect(await background(".structure-active .structure-colour")).toBe(`rgb(${colour.join(", ")})`);
  });

  test("the help, the approval, what follows the signature, and the signed review", async () => {
    await page.getByTestId("help").click();
    await page.getByTestId("help-dialog").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByTestId("approve").click();
    await page.getByTestId("unseen").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByTestId("unseen-reason").fill("A test.");
    await page.getByTestId("approve-confirm").click();
    await page.getByTestId("signed-dialog").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByTestId("reopen").first().waitFor();
    // The button that signs is gone; the keyboard goes on at what can be done now.
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
    await expect.poll(focused).toBe("reopen");
    expect((await reviewState(page)).structures.length).toBeGreaterThan(0);
    expect(await seriousViolations(page)).toEqual([]);
  });

  test("the study with a row", async () => {
    await page.goto(`${server.url}/#/study`);
    await page.getByTestId("study-table").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test("the worklist without patients", async () => {
    await patient.client.call("removeCase", { caseId: patient.caseId }, undefined);
    await page.goto(`${server.url}/#/`);
    await page.getByText("Add the first planning CT").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test("no fault in the page on the whole way", () => {
    expect(open.faults).toEqual([]);
  });
});

/** Looked at already. */
const shown = new Set<string>();

/** Presses Tab until the element has the focus; the stops on the way. Each must show that it has the focus. */
async function tabTo(tabbed: Page, selector: string): Promise<string[]> {
  const stops: string[] = [];
  for (let presses = 0; presses < 100; presses++) {
    await tabbed.keyboard.press("Tab");
    const stop = await focusedStop(tabbed);
    // From the last stop the browser goes to its own bars first.
    if (stop === "body") continue;
    stops.push(stop);
    if (!shown.has(stop)) expect(await shownFocus(tabbed), `${stop} shows its focus`).toBe(true);
    shown.add(stop);
    if (await tabbed.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector))
      return stops;
  }
  throw new Error(`Tab does not lead to ${selector}; it leads to\n${stops.join("\n")}`);
}
