/** Where the keyboard is on the page, and whether a person sees it: pixels with the focus against pixels without it. */

import type { Page } from "playwright-core";
import { PNG } from "pngjs";

/** A selector of the element that has the focus; "body" if none has. */
export function focusedStop(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return "body";
    const where = element.closest("dialog") === null ? "" : "dialog ";
    const testId = element.getAttribute("data-testid");
    if (testId !== null) return `${where}[data-testid="${testId}"]`;
    const address = element.getAttribute("href");
    if (address !== null) return `${where}${element.localName}[href="${address}"]`;
    const label = element.getAttribute("aria-label");
    if (label !== null) return `${where}${element.localName}[aria-label="${label}"]`;
    if (element.id !== "") return `${where}#${CSS.escape(element.id)}`;
    return where + [element.localName, ...element.classList].join(".");
  });
}

/** WCAG 2.4.13: what changes by the focus changes by this contrast. */
const leastContrast = 3;
/** Round the element: a ring may lie outside it. */
const roomPx = 6;

/** Whether the focused element looks different from when it has no focus: as many pixels as its shorter side at least. */
export async function shownFocus(page: Page): Promise<boolean> {
  const box = await page.evaluate((room) => {
    // Some show it round the row or the label that they stand for.
    const element = document.activeElement;
    const shown = element?.closest("tr, label") ?? element;
    shown?.scrollIntoView({ block: "nearest" });
    const { left, top, right, bottom } = (shown ?? document.body).getBoundingClientRect();
    const [x, y] = [Math.max(0, left - room), Math.max(0, top - room)];
    return {
      x,
      y,
      width: Math.min(innerWidth, right + room) - x,
      height: Math.min(innerHeight, bottom + room) - y,
      side: Math.min(right - left, bottom - top),
    };
  }, roomPx);
  const { side, ...clip } = box;
  const options = { clip, animations: "disabled" } as const;
  const focused = PNG.sync.read(await page.screenshot(options));
  await page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    Object.assign(globalThis, { focusedBefore: element });
    element.blur();
  });
  const blurred = PNG.sync.read(await page.screenshot(options));
  await page.evaluate(() => {
    (globalThis as unknown as { focusedBefore: HTMLElement }).focusedBefore.focus({ preventScroll: true });
  });
  let changed = 0;
  for (let at = 0; at < focused.data.length; at += 4) {
    const [withFocus, without] = [luminance(focused.data, at), luminance(blurred.data, at)];
    if ((Math.max(withFocus, without) + 0.05) / (Math.min(withFocus, without) + 0.05) >= leastContrast)
      changed++;
  }
  return changed >= side;
}

const linear = Array.from({ length: 256 }, (_, value) => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
});

/** Relative luminance (WCAG 2) of the pixel at `at`. */
function luminance(data: ArrayLike<number>, at: number): number {
  return 0.2126 * linear[data[at]] + 0.7152 * linear[data[at + 1]] + 0.0722 * linear[data[at + 2]];
}
