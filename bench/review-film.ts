/**
 * A planner's review of a real patient, from the folder that is dropped to the printed report, without leaving the page: a
 * picture of each step. Nothing is timed; the pictures are for looking at, and docs/pictures/workspace.png is one of them.
 * Usage: npm run bench review-film -- --folder DIR --out DIR [--width 1280 --height 720] (a CT with its structure set)
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { dropOnWorklist } from "../test/workspace/drop-path.ts";
import { openPage, startServer } from "../test/workspace/launch.ts";

const { values } = parseArgs({
  options: {
    folder: { type: "string", default: join(import.meta.dirname, "../../shared/data/lung1-001") },
    out: { type: "string", default: "film" },
    width: { type: "string", default: "1280" },
    height: { type: "string", default: "720" },
  },
});
const size = { width: Number(values.width), height: Number(values.height) };
await mkdir(values.out, { recursive: true });

/** An automatic contour of a large CT on a busy machine. */
const longMs = 600_000;

let step = 0;
async function shoot(page: Page, name: string): Promise<void> {
  step++;
  const file = `${String(step).padStart(2, "0")}-${name}.png`;
  await page.screenshot({ path: join(values.out, file) });
  process.stdout.write(`${file}\n`);
}

type Triple = readonly [number, number, number];
/** What the page shows of itself to a console. */
type Console = {
  readonly delineate: {
    readonly session: {
      getState(): {
        readonly cursor: Triple;
        readonly detail: { readonly grid: { readonly size: Triple; readonly spacingMm: Triple } };
      };
    };
  };
};

const byId = (page: Page, id: string) => page.getByTestId(id);

/** Drags in the axial image by millimetres from the crosshair, which stands in the middle of the tumour: to the left, to the back. */
async function drag(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> {
  const box = await byId(page, "viewport-axial").boundingBox();
  if (box === null) throw new Error("the page shows no axial image");
  const { cursor, size, spacingMm } = await page.evaluate(() => {
    const state = (globalThis as unknown as Console).delineate.session.getState();
    return { cursor: state.cursor, ...state.detail.grid };
  });
  const perMm = Math.min(box.width / (size[0] * spacingMm[0]), box.height / (size[1] * spacingMm[1]));
  const at = ([xMm, yMm]: readonly [number, number]): readonly [number, number] => [
    box.x + box.width / 2 + perMm * (spacingMm[0] * (cursor[0] + 0.5 - size[0] / 2) + xMm),
    box.y + box.height / 2 + perMm * (spacingMm[1] * (cursor[1] + 0.5 - size[1] / 2) + yMm),
  ];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 12 });
}

async function film(page: Page): Promise<void> {
  await shoot(page, "empty-list");
  await dropOnWorklist(page, resolve(values.folder));
  const row = page.locator('[data-testid^="case-"]');
  await row.waitFor({ timeout: longMs });
  await shoot(page, "dropped");
  await page.locator('[data-testid^="case-"][data-state="to-review"]').waitFor({ timeout: longMs });
  await shoot(page, "to-review");
  await row.dblclick();
  await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor({ timeout: longMs });
  await page.waitForTimeout(1500);
  await shoot(page, "opened");
  await byId(page, "slice-legend").click();
  await shoot(page, "legend");
  await byId(page, "slice-legend").click();

  await byId(page, "panel-compare").click();
  await byId(page, "compare-on").click();
  await page.waitForTimeout(2500);
  await shoot(page, "compared-with-the-planner");
  await byId(page, "compare-on").click();

  await byId(page, "tool-nudge").click();
  await drag(page, [20, 0], [48, -10]);
  await shoot(page, "pushing-a-border");
  await page.mouse.up();
  await page.waitForTimeout(500);

  await byId(page, "panel-margins").click();
  await byId(page, "histology").getByRole("radio").first().click();
  await byId(page, "make-ctv").click();
  await byId(page, "made-ctv").waitFor({ timeout: longMs });
  await byId(page, "make-ptv").click();
  await byId(page, "made-ptv").waitFor({ timeout: longMs });
  await shoot(page, "ctv-and-ptv");

  await byId(page, "tool-brush").click();
  await drag(page, [-30, -40], [-10, -40]);
  await page.mouse.up();
  await page.waitForTimeout(1500);
  await shoot(page, "edited-after-the-margins");
  await byId(page, "make-anew").click();
  await byId(page, "make-anew").waitFor({ state: "detached", timeout: longMs });
  await byId(page, "checks").click();
  await byId(page, "checks-dialog").waitFor();
  await shoot(page, "checks");
  await page.keyboard.press("Escape");

  await byId(page, "approve").click();
  await byId(page, "approve-dialog").waitFor();
  await page.waitForTimeout(1000);
  await shoot(page, "before-signing");
  for (const reason of ["unseen-reason", "faults-reason"])
    if (await byId(page, reason).isVisible())
      await byId(page, reason).fill("A film of the page: nothing is treated.");
  await byId(page, "approve-confirm").click();
  await byId(page, "signed-dialog").waitFor({ timeout: longMs });
  await shoot(page, "signed");
  await page.keyboard.press("Escape");
  const [download] = await Promise.all([
    page.waitForEvent("download", { timeout: longMs }),
    byId(page, "download-report").click(),
  ]);
  const report = join(values.out, "report.html");
  await download.saveAs(report);
  await shoot(page, "for-looking-only");
  await page.goto(`file://${resolve(report)}`);
  await page.screenshot({ path: join(values.out, "report.png"), fullPage: true });
  await page.pdf({ path: join(values.out, "report.pdf"), format: "A4" });
}

const data = await mkdtemp(join(tmpdir(), "review-film-"));
const server = await startServer(join(data, "data"));
const { page } = await openPage(server.url, size);
try {
  await film(page);
} finally {
  await page.context().browser()?.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
}
