/** What tests ask of the open review in the page, and how they draw: real pointer events, voxels read from the page's memory. */
import type { Page } from "playwright-core";
import type { ReviewSession } from "../../web/src/review/session/review-session.ts";

type Console = { readonly delineate: { readonly session: ReviewSession } };

/** Places in memory (i + ni * (j + nj * k)) of the voxels inside the structure of that name, as the page has them. */
export function voxelsOf(page: Page, name: string): Promise<number[]> {
  return page.evaluate((wanted) => {
    const { session } = (globalThis as unknown as Console).delineate;
    const structure = session.getState().structures.find((candidate) => candidate.name === wanted);
    const data = structure && session.maskOf(`structure:${structure.id}`)?.data;
    if (data === undefined) throw new Error(`the page has no structure ${wanted}`);
    const places: number[] = [];
    for (let at = 0; at < data.length; at++) if (data[at] === 1) places.push(at);
    return places;
  }, name);
}

/** Voxels of each axial slice of a structure. */
export function voxelsPerSlice(page: Page, name: string): Promise<number[]> {
  return page.evaluate((wanted) => {
    const { session } = (globalThis as unknown as Console).delineate;
    const structure = session.getState().structures.find((candidate) => candidate.name === wanted);
    return structure === undefined ? [] : [...session.pen.sliceVoxels(structure.id)];
  }, name);
}

export function reviewState(page: Page) {
  return page.evaluate(() => {
    const { session } = (globalThis as unknown as Console).delineate;
    const { cursor, required, seen, activeMs, saving, structures, reviewId, detail } = session.getState();
    return {
      cursor,
      required: [...required],
      seen: [...seen],
      activeMs,
      saving,
      structures,
      reviewId,
      caseId: detail.summary.id,
      grid: detail.grid,
    };
  });
}

/** The axial slice that is painted. */
export async function paintedSlice(page: Page): Promise<number> {
  return Number(await page.getByTestId("viewport-axial").getAttribute("data-rendered"));
}

/** Moves to axial slice k by the wheel and waits until it is painted. */
export async function scrollTo(page: Page, k: number): Promise<void> {
  const viewport = page.getByTestId("viewport-axial");
  await viewport.hover({ position: { x: 40, y: 200 } });
  for (let turns = 0; turns < 300; turns++) {
    const at = Number(await viewport.getAttribute("data-slice"));
    if (at === k) break;
    await page.mouse.wheel(0, at < k ? -100 : 100);
    await page.waitForFunction(
      ([before]) =>
        document.querySelector('[data-testid="viewport-axial"]')?.getAttribute("data-slice") !== before,
      [String(at)],
    );
  }
  await page.locator(`[data-testid="viewport-axial"][data-rendered="${k}"]`).waitFor();
}

/** Presses the left button in the axial view and drags through the points (fractions of its width and height). */
export async function drag(page: Page, points: readonly (readonly [number, number])[]): Promise<void> {
  const box = await page.getByTestId("viewport-axial").boundingBox();
  if (box === null) throw new Error("the axial view has no size");
  const [first, ...rest] = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...point, { steps: 6 });
  await page.mouse.up();
}

export function saved(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as unknown as Console).delineate.session.record.flush());
}
