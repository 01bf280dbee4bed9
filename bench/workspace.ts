/**
 * The review workspace in headless Chromium on a CT of 120 slices (or SLICES) of 512x512: time from dropping it on the worklist until it waits for
 * review (three patients, one after another; the first finds a server that has just begun), from opening the patient to its first image, slices scrolled a second, time from a pointer's movement to its brush stroke on the screen,
 * and from asking for a CTV (6 mm within the body, bone a barrier) and a PTV (5 mm round it) to having them, each a second after what
 * is before it, in which a person chooses the histology and looks at the CTV; the page's longest standstill meanwhile (once).
 * Usage: npm run bench workspace [ROUNDS] [SLICES]
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { zipSync } from "fflate";
import type { Page } from "playwright-core";
import { createRandom } from "#core/random.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { createGrid } from "#geometry/grid.ts";
import { generatePatient } from "#phantom/generate.ts";
import { median } from "#statistics/moments.ts";
import { dropOnWorklist } from "../test/workspace/drop-path.ts";
import { openPage, startServer } from "../test/workspace/launch.ts";
import type { Console } from "../test/workspace/page-review.ts";

const slices = Number(process.argv[3] ?? 120);
const rounds = Number(process.argv[2] ?? 3);

/** A phantom whose slices are repeated until there are enough: what is measured depends on their number, not on what they show. */
function zipOfSlices(name: string): Uint8Array {
  const { grid, hu } = generatePatient(createRandom(20).fork(1), { size: 512, variety: "paper" });
  const area = grid.size[0] * grid.size[1];
  const many = new Int16Array(slices * area);
  for (let k = 0; k < slices; k++) {
    const from = Math.floor((k * grid.size[2]) / slices);
    many.set(hu.subarray(from * area, (from + 1) * area), k * area);
  }
  const spacing = [grid.spacingMm[0], grid.spacingMm[1], 3] as const;
  const files = writeCtSlices(createGrid([grid.size[0], grid.size[1], slices], spacing, grid.origin), many, {
    uidName: `bench/workspace/${name}`,
    patientName: `Phantom^${name}`,
    patientId: `BENCH-${name}`,
    sex: "O",
    kernel: "B",
    date: "20200101",
    time: "120000",
  });
  return zipSync(Object.fromEntries([...files].map(({ name, bytes }) => [name, bytes])), { level: 0 });
}

/** A workspace that was just opened starts its processes two seconds later; one that runs has them. */
const beforeDropMs = 4000;
const toReview = '[data-testid^="case-"][data-state="to-review"]';

/** So many patients, seen by the page itself: a locator looks every half second. */
function waitForReview(page: Page, patients: number): Promise<void> {
  return page.evaluate(
    ([wanted, patients]) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (document.querySelectorAll(wanted).length === patients) resolve();
        };
        new MutationObserver(look).observe(document.body, {
          subtree: true,
          childList: true,
          attributes: true,
        });
        look();
      }),
    [toReview, patients] as const,
  );
}

const painted = '[data-testid="viewport-axial"][data-rendered]';

/** The page's own time, from where its document began, at which the first slice is painted: a locator looks every half second. */
function paintedAt(page: Page): Promise<number> {
  return page.evaluate(
    (painted) =>
      new Promise<number>((resolve) => {
        const observer = new MutationObserver(() => look());
        const look = (): void => {
          if (document.querySelector(painted) === null) return;
          observer.disconnect();
          resolve(performance.now());
        };
        observer.observe(document, { subtree: true, childList: true, attributes: true });
        look();
      }),
    painted,
  );
}

/** Milliseconds from the worklist, where a person presses Enter on the patient, to the first slice painted. */
async function fromWorklistMs(page: Page, url: string): Promise<number> {
  await page.goto("about:blank");
  await page.goto(url, { waitUntil: "networkidle" });
  await page.locator('[data-testid^="case-"] a').first().focus();
  await page.evaluate(() =>
    addEventListener("keydown", ({ timeStamp }) => Object.assign(globalThis, { pressedAt: timeStamp }), true),
  );
  await page.keyboard.press("Enter");
  const first = await paintedAt(page);
  return first - (await page.evaluate(() => (globalThis as unknown as { pressedAt: number }).pressedAt));
}

/** The same from nothing: the patient's address typed into an empty tab, program and all. */
async function fromAddressMs(page: Page, url: string, caseId: string): Promise<number> {
  await page.goto("about:blank");
  await page.goto(`${url}/#/case/${caseId}`, { waitUntil: "commit" });
  return paintedAt(page);
}

/** Images a second while the wheel turns through all slices, several times, as fast as the page paints. */
async function scrollRate(page: Page): Promise<number> {
  return page.evaluate(async (last) => {
    const viewport = document.querySelector('[data-testid="viewport-axial"]');
    if (viewport === null) throw new Error("no axial viewport");
    const target = viewport.querySelector("canvas") ?? viewport;
    const box = viewport.getBoundingClientRect();
    let images = 0;
    const observer = new MutationObserver((changes) => {
      images += changes.length;
    });
    observer.observe(viewport, { attributes: true, attributeFilter: ["data-rendered"] });
    const began = performance.now();
    let direction = 1;
    while (performance.now() - began < 4000) {
      const slice = Number(viewport.getAttribute("data-slice"));
      if (slice <= 1) direction = -1;
      if (slice >= last) direction = 1;
      target.dispatchEvent(
        new WheelEvent("wheel", {
          deltaY: 100 * direction,
          bubbles: true,
          cancelable: true,
          clientX: box.x + box.width / 2,
          clientY: box.y + box.height / 2,
        }),
      );
      await new Promise((painted) => requestAnimationFrame(painted));
    }
    observer.disconnect();
    return (1000 * images) / (performance.now() - began);
  }, slices - 2);
}

/**
 * Milliseconds from each pointer movement of a stroke to the frame that follows the one in which the voxel under the pointer
 * took the structure's colour on the overlay: what was drawn in a frame is given to the screen before the next begins.
 */
async function strokeDelaysMs(page: Page): Promise<number[]> {
  const box = await page.getByTestId("viewport-axial").boundingBox();
  if (box === null) throw new Error("the axial viewport has no size");
  await page.keyboard.press("b");
  await page.evaluate(() => {
    const delays: number[] = [];
    Object.assign(globalThis, { delays });
    const overlay = [
      ...document.querySelectorAll<HTMLCanvasElement>('[data-testid="viewport-axial"] canvas'),
    ].at(-1);
    const context = overlay?.getContext("2d", { willReadFrequently: true });
    if (overlay === undefined || !context) throw new Error("no overlay above the axial image");
    const isRed = (x: number, y: number): boolean => {
      const place = overlay.getBoundingClientRect();
      const scale = overlay.width / place.width;
      const [red, green] = context.getImageData((x - place.x) * scale, (y - place.y) * scale, 1, 1).data;
      return red > 2 * green;
    };
    addEventListener(
      "pointermove",
      ({ clientX, clientY, timeStamp, buttons }) => {
        if (buttons !== 1 || isRed(clientX, clientY)) return;
        const look = (): void => {
          if (isRed(clientX, clientY)) requestAnimationFrame((now) => delays.push(now - timeStamp));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      },
      { capture: true },
    );
  });
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 3];
  await page.mouse.move(x - 180, y);
  await page.mouse.down();
  for (let step = 1; step <= 30; step++)
    await page.mouse.move(x - 180 + 12 * step, y + 30 * Math.sin(step / 3));
  await page.mouse.up();
  return page.evaluate(() => (globalThis as unknown as { delays: number[] }).delays);
}

/** Milliseconds from pressing a button until the structure is there, and the longest time in which the page painted nothing meanwhile. */
function targetMs(page: Page, button: string, name: string) {
  return page.evaluate(
    async ([button, name]) => {
      const { session } = (globalThis as unknown as Console).delineate;
      const began = performance.now();
      document.querySelector<HTMLElement>(`[data-testid="${button}"]`)?.click();
      const standstills: number[] = [];
      for (let before = began; ; before = performance.now()) {
        await new Promise((painted) => requestAnimationFrame(painted));
        standstills.push(performance.now() - before);
        const made = session.getState().structures.find((structure) => structure.name === name);
        if ((made?.volumeCc ?? 0) > 0)
          return { took: performance.now() - began, standstill: Math.max(...standstills) };
      }
    },
    [button, name] as const,
  );
}

/** A CTV and a PTV of the contour. */
async function targetsMs(page: Page) {
  await page.getByTestId("panel-margins").click();
  await page.getByTestId("histology").locator('[value="squamous"]').check();
  await page.waitForTimeout(1000);
  const ctv = await targetMs(page, "make-ctv", "CTV");
  await page.waitForTimeout(1000);
  return { ctv, ptv: await targetMs(page, "make-ptv", "PTV") };
}

const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(part * values.length))];

const data = await mkdtemp(join(tmpdir(), "delineate-bench-"));
const server = await startServer(data);
const { page } = await openPage(server.url);
try {
  await page.waitForTimeout(beforeDropMs);
  const dropToReview: number[] = [];
  for (const name of ["first", "second", "third"]) {
    const zip = join(data, "..", `${basename(data)}-${name}.zip`);
    await writeFile(zip, zipOfSlices(name));
    const dropped = performance.now();
    await dropOnWorklist(page, zip);
    await waitForReview(page, dropToReview.length + 1);
    dropToReview.push(performance.now() - dropped);
    await rm(zip);
  }
  const row = page.locator(toReview).first();
  const caseId = ((await row.getAttribute("data-testid")) ?? "").slice("case-".length);
  const table: Record<string, number[]> = {
    worklist: [],
    address: [],
    scroll: [],
    stroke: [],
    worstStroke: [],
  };
  for (let round = 0; round < rounds; round++) {
    table.worklist.push(await fromWorklistMs(page, server.url));
    table.address.push(await fromAddressMs(page, server.url, caseId));
    // Scrolling is measured once the CT is there: before that it waits for the slices. Who may draw is decided by then, or a little later.
    await page.waitForFunction((count) => {
      const { delineate } = globalThis as unknown as {
        delineate?: { session?: { getState(): { loadedSlices: number; editable: boolean } } };
      };
      const state = delineate?.session?.getState();
      return state?.loadedSlices === count && state.editable;
    }, slices);
    table.scroll.push(await scrollRate(page));
    const delays = await strokeDelaysMs(page);
    if (delays.length < 10)
      throw new Error(`only ${delays.length} movements of the stroke were seen on the screen`);
    table.stroke.push(median(delays));
    table.worstStroke.push(quantile(delays, 0.95));
    await page.keyboard.press("Control+z");
  }
  const { ctv, ptv } = await targetsMs(page);
  const once = (what: string, ms: number) => ({ what, median: ms, worst: ms });
  console.table([
    once(
      `first CT of ${slices} slices, dropped on the worklist until it waits for review, ms`,
      dropToReview[0],
    ),
    once("the second, ms", dropToReview[1]),
    once("the third, ms", dropToReview[2]),
    {
      what: "worklist to first image, ms",
      median: median(table.worklist),
      worst: Math.max(...table.worklist),
    },
    {
      what: "empty tab to first image, ms",
      median: median(table.address),
      worst: Math.max(...table.address),
    },
    { what: "scrolling, images per second", median: median(table.scroll), worst: Math.min(...table.scroll) },
    {
      what: "movement to stroke on screen, ms",
      median: median(table.stroke),
      worst: Math.max(...table.stroke),
    },
    {
      what: "the same, slowest 5 %, ms",
      median: median(table.worstStroke),
      worst: Math.max(...table.worstStroke),
    },
    once("CTV, ms", ctv.took),
    once("PTV, ms", ptv.took),
    once("longest standstill of the page meanwhile, ms", Math.max(ctv.standstill, ptv.standstill)),
  ]);
} finally {
  await page.context().browser()?.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
}
