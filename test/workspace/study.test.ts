/**
 * The study page in the browser: three patients contoured by hand and assisted, their times chosen. What the page and its
 * table for spreadsheets show must be what src/statistics says of the same numbers.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Version } from "#contract/workspace/case.ts";
import { parseCsv } from "#formats/csv.ts";
import { mean, standardDeviation } from "#statistics/moments.ts";
import { fixed, volumeText } from "#statistics/printed-numbers.ts";
import { studentQuantile } from "#statistics/student-t.ts";
import { pairedTTest } from "#statistics/t-test.ts";
import { wilcoxonSignedRank } from "#statistics/wilcoxon.ts";
import type { ReviewSession } from "../../web/src/review/session/review-session.ts";
import { block, edit, stamp } from "./client.ts";
import { type OpenPage, openPage } from "./launch.ts";
import type { Console } from "./page-review.ts";
import { addPatient, type Patient } from "./patient.ts";
import { type OwnServer, serveInProcess } from "./serve-in-process.ts";

/** Minutes of each patient; the last one took longer assisted. */
const times = [
  { seed: 33, manual: 14.5, assisted: 9.25 },
  { seed: 34, manual: 17, assisted: 8 },
  { seed: 35, manual: 11, assisted: 12.5 },
] as const;
const starts = ["manual", "assisted"] as const;
/** Blocks of 10 x 10 voxels, one per slice. */
const slicesDrawn = { manual: 5, assisted: 2 };

let data: string;
let server: OwnServer;
let open: OpenPage;
const signed: {
  readonly version: Version;
  readonly caseId: string;
  readonly patientId: string;
  readonly patientLabel: string;
  readonly start: (typeof starts)[number];
  readonly minutes: number;
}[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-study-"));
  server = await serveInProcess(data);
  for (const { seed, ...minutes } of times) {
    const patient = await addPatient(server.url, seed);
    for (const start of starts) signed.push(await sign(patient, start, minutes[start]));
  }
  open = await openPage(`${server.url}/#/study`);
  await open.page.getByTestId("study-table").waitFor();
});
afterAll(async () => {
  await open.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

/** Draws, works for so long, and signs. */
async function sign({ client, caseId }: Patient, start: (typeof starts)[number], minutes: number) {
  const { id: reviewId, structures } = await client.call(
    "openReview",
    { caseId },
    { start, reviewer: "Ann", fresh: false },
  );
  const edits = Array.from({ length: slicesDrawn[start] }, (_, k) =>
    edit(structures[0].id, block({ k: 20 + k, i0: 10, j0: 10, width: 10, height: 10 })),
  );
  const longest = 600_000;
  const activities = [];
  for (let leftMs = minutes * 60_000; leftMs > 0; leftMs -= longest)
    activities.push({ ...stamp(), type: "activity" as const, activeMs: Math.min(leftMs, longest) });
  await client.call("appendLog", { reviewId }, { entries: [...edits, ...activities] });
  const version = await client.call(
    "approve",
    { reviewId },
    { reviewer: "Ann", comment: "", unseenReason: "Drawn by a test." },
  );
  const { summary } = await client.call("showCase", { caseId }, undefined);
  const { patientId, patientLabel } = summary;
  return { version, caseId, patientId, patientLabel, start, minutes };
}

const of = (start: (typeof starts)[number]): number[] => times.map((patient) => patient[start]);

const reviewIdOf = (): string => (globalThis as unknown as Console).delineate.session.getState().reviewId;

describe("the time study in the browser", () => {
  test("shows a row for each signed review with its time, edits, slices and volume", async () => {
    const rows = await open.page.locator("[data-testid=study-table] tbody tr").all();
    const cells = await Promise.all(rows.map((row) => row.locator("td").allTextContents()));
    const shown = cells.map(([id, start, reviewer, order, , time, edits, slices, path, dsc, cc]) => ({
      id,
      start: start.toLowerCase(),
      reviewer,
      // The assisted reviews began a moment after the manual ones.
      order: order.replace(/\d+ min/, "0 min"),
      seconds: time.split(":").reduce((sum, part) => 60 * sum + Number(part), 0),
      drawn: [Number(edits), Number(slices)],
      path,
      dsc,
      cc: Number(cc),
    }));
    const expected = signed.map(({ version, patientId, start, minutes }) => ({
      id: patientId,
      start,
      reviewer: "Ann",
      order: start === "manual" ? "first" : "second, after 0 min",
      seconds: minutes * 60,
      drawn: [slicesDrawn[start], slicesDrawn[start]],
      path: version.addedPathLengthMm?.toFixed(0),
      dsc: version.dscToAutomatic?.toFixed(3),
      cc: Number(volumeText(version.structures[0].volumeCc)),
    }));
    const sorted = (list: readonly { readonly id: string; readonly start: string }[]) =>
      list.toSorted((a, b) => `${a.id} ${a.start}`.localeCompare(`${b.id} ${b.start}`));
    expect(sorted(shown)).toEqual(sorted(expected));
  });

  test("shows means, the paired difference with its interval, and both P values of the statistics", async () => {
    const [manual, assisted] = [of("manual"), of("assisted")];
    const saved = manual.map((minutes, at) => minutes - assisted[at]);
    const half = studentQuantile(0.95, 2) * (standardDeviation(saved) / Math.sqrt(3));
    const cards = await open.page.locator(".study-card").allTextContents();
    const numbers = (values: readonly number[]) =>
      `${mean(values).toFixed(1)} ± ${standardDeviation(values).toFixed(1)}`;
    expect(cards[0]).toContain(numbers(manual));
    expect(cards[1]).toContain(numbers(assisted));
    expect(cards[2]).toContain(`${fixed(mean(saved), 1)} min`);
    expect(cards[2]).toContain(`${fixed(mean(saved) - half, 1)} to ${fixed(mean(saved) + half, 1)} min`);
    expect(cards[2]).toContain(`P, paired t test${pairedTTest(manual, assisted)?.p.toFixed(3)}`);
    expect(cards[2]).toContain(`P, Wilcoxon${wilcoxonSignedRank(manual, assisted)?.p.toFixed(3)}`);
    expect(cards[2]).toContain("3 patients contoured both ways");
    expect(cards[2]).toContain(`Manual first (3)${fixed(mean(saved), 1)} min`);
  });

  test("the figure is an image that the browser can draw", async () => {
    const image = open.page.locator(".study-figure img");
    await expect
      .poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth))
      .toBeGreaterThan(100);
  });

  test("the CSV has the same numbers", async () => {
    const download = open.page.waitForEvent("download");
    await open.page.getByTestId("study-csv").click();
    const rows = parseCsv(await readFile(await (await download).path(), "utf8"));
    const order = rows.map(({ began_at, hours_since_other_arm: since, ...row }) => {
      expect(began_at <= row.approved_at).toBe(true);
      expect(since).toMatch(row.arm === "second" ? /^\d+\.\d\d$/ : /^$/);
      return row;
    });
    expect(order).toEqual(
      signed.map(({ version, patientLabel, start, minutes }) => ({
        patient: patientLabel,
        start,
        reviewer: "Ann",
        approved_at: version.approvedAt,
        active_minutes: minutes.toFixed(3),
        edits: String(slicesDrawn[start]),
        slices_touched: String(slicesDrawn[start]),
        added_path_length_mm: version.addedPathLengthMm?.toFixed(1),
        dsc_to_automatic: version.dscToAutomatic?.toFixed(4),
        volume_cc: version.structures[0].volumeCc.toFixed(3),
        model_asked: "no",
        signed_again: "no",
        arm: start === "manual" ? "first" : "second",
      })),
    );
  });

  test("by hand the page shows nothing of the model and has none of its tools", async () => {
    const { page } = open;
    await page.goto(server.url);
    await page.getByTestId(`by-hand-${signed[0].caseId}`).click();
    await page.locator(".bar .tag", { hasText: "Manual" }).waitFor();
    // Loaded anew it would go on with this review.
    await expect.poll(() => page.url()).toMatch(/\/case\/[0-9a-f-]{36}$/);
    const shown = await page.evaluate(() => {
      const { session } = (globalThis as unknown as Console).delineate;
      const { detail, required, hasAutomatic } = session.getState();
      return { automatic: detail.automatic, sources: detail.sources, required: required.size, hasAutomatic };
    });
    expect(shown).toMatchObject({ automatic: null, required: 0, hasAutomatic: true });
    expect(shown.sources.filter(({ kind }) => kind === "automatic")).toEqual([]);
    expect(await page.locator("[data-testid^=tool-segment]").count()).toBe(0);
    expect(await page.getByTestId("tool-brush").count()).toBe(1);
    const text = await page.locator("body").innerText();
    expect(text).not.toMatch(/automatic|threshold|expected DSC|segment/i);
    // The way back to the other arm stays.
    await page.getByTestId("review-menu").click();
    expect(await page.getByTestId("begin-assisted").isEnabled()).toBe(true);
    const first = await page.evaluate(reviewIdOf);
    await page.getByTestId("begin-manual").click();
    await page.waitForFunction((before) => {
      const { session } = (globalThis as unknown as { delineate: { session?: ReviewSession } }).delineate;
      return session !== undefined && session.getState().reviewId !== before;
    }, first);
    await page.locator(".bar .tag", { hasText: "Manual" }).waitFor();
  });

  test("no fault in the page", () => {
    expect(open.faults).toEqual([]);
  });
});
