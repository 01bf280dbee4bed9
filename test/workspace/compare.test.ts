/**
 * The comparison in the browser: the automatic contour against the true tumour that was imported. The image must show the
 * paper's colours at the voxels where the masks say so, the panel the numbers with which a cohort is evaluated.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CaseDetail } from "#contract/workspace/case.ts";
import { patientPoint } from "#core/coordinates.ts";
import { evaluatePair } from "#evaluate/evaluate-pair.ts";
import type { MetricName } from "#evaluate/metrics.ts";
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { type OpenPage, openPage } from "./launch.ts";
import { paintedSlice, reviewState, saved, scrollTo } from "./page-review.ts";
import { openReview, type Patient, serveWithPatient } from "./patient.ts";
import type { OwnServer } from "./serve-in-process.ts";

/** Zhang 2020, Figures 3 to 5: the reference green, the automatic contour red, what they share yellow. */
const colourOf = { reference: "green", other: "red", both: "yellow", neither: "none" } as const;

let data: string;
let server: OwnServer;
let open: OpenPage;
let page: Page;
let patient: Patient;
let grid: Grid;
let truth: Mask;
let automatic: Mask;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-compare-"));
  ({ server, patient } = await serveWithPatient(data, 20));
  const detail = await patient.client.call("showCase", { caseId: patient.caseId }, undefined);
  grid = { ...detail.grid, origin: patientPoint(...detail.grid.origin) };
  truth = await maskOf(sourceOf(detail, "imported"));
  automatic = await maskOf(sourceOf(detail, "automatic"));
  // Large enough for a voxel's middle to be clear of the contour lines along its edges.
  open = await openPage(server.url, { width: 1600, height: 1000 });
  page = open.page;
  await openReview(page, server.url, patient.caseId);
  await page.getByTestId("panel-compare").click();
  await page.getByTestId("compare-on").check();
  // Lines along the voxels' edges: a smooth one passes near their middles.
  await page.getByTestId("panel-display").click();
  await page.getByTestId("outline-smooth").uncheck();
  await page.getByTestId("outline-width").locator('[value="1.5"]').check();
  await page.getByTestId("compare-reference").selectOption(sourceOf(detail, "imported"));
  await page.getByTestId("compare-other").selectOption(sourceOf(detail, "automatic"));
  await page.getByTestId("metrics").waitFor();
  await page.keyboard.press("x");
});
afterAll(async () => {
  await open.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

function sourceOf({ sources }: CaseDetail, kind: "imported" | "automatic"): string {
  const source = sources.find((candidate) => candidate.kind === kind);
  if (source === undefined) throw new Error(`the case has no ${kind} contour`);
  return source.id;
}

async function maskOf(sourceId: string): Promise<Mask> {
  return { grid, data: await patient.client.mask(patient.caseId, sourceId) };
}

describe("the comparison with the true tumour", () => {
  test("paints what only the reference has green, only the other red, both yellow, and nothing else", async () => {
    const kinds = new Set<string>();
    for (const k of slicesWithBoth()) {
      await scrollTo(page, k);
      await page.mouse.move(1, 1);
      const [expected, painted] = [new Map<string, string>(), new Map<string, string>()];
      const voxels = voxelsNear(k);
      const colours = await overlayColours(page, voxels);
      voxels.forEach(([i, j], at) => {
        const kind = whose(i, j, k);
        kinds.add(kind);
        expected.set(`${i}, ${j}, ${k}`, colourOf[kind]);
        painted.set(`${i}, ${j}, ${k}`, colours[at]);
      });
      expect(painted).toEqual(expected);
    }
    expect([...kinds].sort()).toEqual(["both", "neither", "other", "reference"]);
  });

  test("shows the numbers with which a cohort is evaluated, of the slice and of the volume", async () => {
    const k = await paintedSlice(page);
    await expect.poll(() => shownMetrics(page)).toEqual(expectedMetrics(truth, automatic, k));
  });

  test("follows the pen when one of the two is being drawn", async () => {
    const live = (await reviewState(page)).structures[0].id;
    await page.getByTestId("compare-other").selectOption(`structure:${live}`);
    const k = await paintedSlice(page);
    await expect.poll(() => shownMetrics(page)).toEqual(expectedMetrics(truth, automatic, k));
    const dsc = () => page.getByTestId("volume-dsc").textContent();
    const before = await dsc();
    await page.keyboard.press("b");
    const box = await page.getByTestId("viewport-axial").boundingBox();
    if (box === null) throw new Error("the axial view has no size");
    await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.3 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.45 * box.width, box.y + 0.35 * box.height, { steps: 8 });
    // Before the button is let go.
    await expect.poll(dsc).not.toBe(before);
    await page.mouse.up();
    await saved(page);
    const drawn = await maskOf(`structure:${live}`);
    await expect.poll(() => shownMetrics(page)).toEqual(expectedMetrics(truth, drawn, k));
    await page.keyboard.press("Control+z");
    await expect.poll(() => shownMetrics(page)).toEqual(expectedMetrics(truth, automatic, k));
  });

  test("no fault in the page", () => {
    expect(open.faults).toEqual([]);
  });
});

/** Up to three slices in which both contours are, and each has something that the other has not. */
function slicesWithBoth(): number[] {
  const [ni, nj, nk] = grid.size;
  const slices: number[] = [];
  for (let k = 0; k < nk; k++) {
    const kinds = new Set<string>();
    for (let at = 0; at < ni * nj; at++) kinds.add(whose(at % ni, Math.floor(at / ni), k));
    if (kinds.size === 4) slices.push(k);
  }
  if (slices.length === 0)
    throw new Error("the automatic contour agrees or disagrees wholly: choose another seed");
  return slices.slice(0, 3);
}

function whose(i: number, j: number, k: number): keyof typeof colourOf {
  const at = i + grid.size[0] * (j + grid.size[1] * k);
  if (truth.data[at] === 1) return automatic.data[at] === 1 ? "both" : "reference";
  return automatic.data[at] === 1 ? "other" : "neither";
}

/** Columns and rows of a slice inside either contour or within five voxels of one. */
function voxelsNear(k: number): readonly (readonly [number, number])[] {
  const [ni, nj] = grid.size;
  const inside: [number, number][] = [];
  for (let at = 0; at < ni * nj; at++) {
    const [i, j] = [at % ni, Math.floor(at / ni)];
    if (whose(i, j, k) !== "neither") inside.push([i, j]);
  }
  const range = (values: readonly number[]) => [Math.min(...values) - 5, Math.max(...values) + 5] as const;
  const [fromI, toI] = range(inside.map(([i]) => i));
  const [fromJ, toJ] = range(inside.map(([, j]) => j));
  const voxels: [number, number][] = [];
  for (let j = fromJ; j <= toJ; j++) for (let i = fromI; i <= toI; i++) voxels.push([i, j]);
  return voxels;
}

/** The colour on the axial overlay at the middle of each voxel (column, row): the whole slice fits into the view. */
function overlayColours(of: Page, voxels: readonly (readonly [number, number])[]): Promise<string[]> {
  return of.evaluate(
    ({ wanted, size: [ni, nj], spacing: [di, dj] }) => {
      const canvas = document.querySelector<HTMLCanvasElement>(
        '[data-testid="viewport-axial"] .plane-overlay',
      );
      const context = canvas?.getContext("2d");
      if (!canvas || !context) throw new Error("the axial view has no overlay");
      const { width, height } = canvas;
      const scale = Math.min(width / (ni * di), height / (nj * dj));
      const { data: pixels } = context.getImageData(0, 0, width, height);
      return wanted.map(([i, j]) => {
        const x = Math.floor(width / 2 + scale * di * (i - (ni - 1) / 2));
        const y = Math.floor(height / 2 + scale * dj * (j - (nj - 1) / 2));
        const at = 4 * (y * width + x);
        const [red, green, blue, alpha] = pixels.subarray(at, at + 4);
        if (alpha === 0) return "none";
        if (blue > 128) return `${red} ${green} ${blue}`;
        return red > 160
          ? green > 160
            ? "yellow"
            : "red"
          : green > 160
            ? "green"
            : `${red} ${green} ${blue}`;
      });
    },
    { wanted: voxels, size: grid.size, spacing: grid.spacingMm },
  );
}

/** The panel's table: for each measure, of the slice and of the volume. Undefined while numbers are on their way. */
function shownMetrics(of: Page): Promise<Record<string, string[]> | undefined> {
  return of.evaluate(() => {
    const rows = [...document.querySelectorAll('[data-testid="metrics"] tbody tr')];
    if (rows.some((row) => row.classList.contains("metrics-stale"))) return undefined;
    return Object.fromEntries(
      rows.map((row) => [
        row.querySelector("th")?.textContent ?? "",
        [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? ""),
      ]),
    );
  });
}

function expectedMetrics(reference: Mask, other: Mask, k: number): Record<string, string[]> {
  const { volume, slices } = evaluatePair("one", reference, other);
  const slice = slices.find((row) => row.slice === k)?.values ?? {};
  const both = (name: MetricName, digits: number): string[] =>
    [slice, volume.values].map((values) => {
      const value = values[name];
      return typeof value === "number" ? value.toFixed(digits) : "–";
    });
  const inside = ({ data }: Mask): number => data.reduce((sum, voxel) => sum + voxel, 0);
  const [di, dj, dk] = grid.spacingMm;
  const cc = ((inside(other) - inside(reference)) * di * dj * dk) / 1000;
  return {
    DSC: both("dsc", 3),
    JSC: both("jsc", 3),
    TPR: both("tpr", 3),
    FPR: both("fpr", 5),
    "HD95 mm": both("hd95Mm", 1),
    "Mean distance mm": both("assdMm", 2),
    "Added path mm": both("aplMm", 0),
    "Difference cc": ["–", `${cc > 0 ? "+" : cc < 0 ? "−" : ""}${Math.abs(cc).toFixed(2)}`],
  };
}
