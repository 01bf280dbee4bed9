/** What tests ask of the open review in the page, and how they draw: real pointer events, voxels read from the page's memory. */
import type { Page } from "playwright-core";
import type { Plane } from "#editing/tools/plane.ts";
import type { Grid } from "#geometry/grid.ts";
import type { ReviewSession } from "../../web/src/review/session/review-session.ts";

/** What the page shows of itself to a console. */
export type Console = { readonly delineate: { readonly session: ReviewSession } };

/** Places in memory (i + ni * (j + nj * k)) of the voxels inside the structure of that name, as the page has them. */
export async function voxelsOf(page: Page, name: string): Promise<number[]> {
  // As one text: a list would be taken apart number by number, which costs twenty times as much.
  const places = await page.evaluate((wanted) => {
    const { session } = (globalThis as unknown as Console).delineate;
    const structure = session.getState().structures.find((candidate) => candidate.name === wanted);
    const data = structure && session.maskOf(`structure:${structure.id}`)?.data;
    if (data === undefined) throw new Error(`the page has no structure ${wanted}`);
    const inside: number[] = [];
    for (let at = data.indexOf(1); at >= 0; at = data.indexOf(1, at + 1)) inside.push(at);
    return JSON.stringify(inside);
  }, name);
  return JSON.parse(places);
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

/** Until this page writes the review: what is drawn before is not taken. */
export function mayDraw(page: Page): Promise<void> {
  return page.locator('[data-testid="approve"]:enabled').waitFor();
}

/** The axial slice that is painted. */
export async function paintedSlice(page: Page): Promise<number> {
  return Number(await page.getByTestId("viewport-axial").getAttribute("data-rendered"));
}

export type PaintedPlane = {
  readonly grid: Pick<Grid, "size" | "spacingMm">;
  readonly window: { readonly lower: number; readonly upper: number };
  readonly canvas: { readonly width: number; readonly height: number };
  readonly greys: readonly number[];
  readonly hu: readonly number[];
};

/** What a plane shows: grey levels of its canvas from the upper left, and HU of its slice, u + width * v. */
export async function paintedPlane(page: Page, plane: Plane): Promise<PaintedPlane> {
  const painted = await page.evaluate((name) => {
    const { session } = (globalThis as unknown as Console).delineate;
    const element = document.querySelector<HTMLElement>(`[data-testid="viewport-${name}"]`);
    const canvas = element?.querySelector<HTMLCanvasElement>(".plane-image");
    const context = canvas?.getContext("2d");
    if (!element || !canvas || !context) throw new Error(`the page has no ${name} plane`);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const { grid, hu } = session.ct;
    const [ni, nj, nk] = grid.size;
    const w = Number(element.dataset.rendered);
    const [across, down] = name === "axial" ? [ni, nj] : [name === "coronal" ? ni : nj, nk];
    const huAt = (u: number, v: number): number => {
      if (name === "axial") return hu[u + ni * (v + nj * w)];
      return name === "coronal" ? hu[u + ni * (w + nj * v)] : hu[w + ni * (u + nj * v)];
    };
    return JSON.stringify({
      grid: { size: [...grid.size], spacingMm: [...grid.spacingMm] },
      window: session.getState().window,
      canvas: { width: canvas.width, height: canvas.height },
      greys: Array.from({ length: canvas.width * canvas.height }, (_, at) => data[4 * at]),
      hu: Array.from({ length: across * down }, (_, at) => huAt(at % across, Math.floor(at / across))),
    });
  }, plane);
  return JSON.parse(painted);
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
