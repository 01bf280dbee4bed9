/**
 * Two people in two browsers on one patient: one writes, the other reads along, and they change places in every way that there
 * is. Nothing of either's strokes is lost: at the end the mask is the replay of the log, and each stroke is in it. The clock of
 * the writing is the test's, so that nobody waits half a minute.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerWithinMs, goneAfterMs } from "#contract/workspace/lease.ts";
import { patientPoint } from "#core/coordinates.ts";
import { base64ToBytes } from "#editing/patch/base64.ts";
import { replayEdits } from "#editing/patch/mask-patch.ts";
import { decodePatch } from "#editing/patch/patch-codec.ts";
import { phantomFolder } from "../shared-inputs.ts";
import { type OpenPage, openPage } from "./launch.ts";
import { type Console, drag, mayDraw, reviewState, saved, voxelsOf } from "./page-review.ts";
import { openReview, type Patient } from "./patient.ts";
import { openPhantomServer, type PhantomServer } from "./phantom-server.ts";
import { builtPage } from "./serve-in-process.ts";

const size = { width: 1280, height: 720 };

let nowMs = 0;
let server: PhantomServer;
let url: string;
let patient: Patient;
let ann: OpenPage;
let ben: OpenPage;
/** What each stroke added, by who drew it. */
const strokes: { readonly by: string; readonly added: readonly number[] }[] = [];

beforeAll(async () => {
  server = await openPhantomServer(36, { contoured: "ct-and-set", nowMs: () => nowMs, page: builtPage });
  url = server.client.base;
  patient = { client: server.client, caseId: server.caseId };
  ann = await openPage(url, size, "Ann");
  ben = await openPage(url, size, "Ben");
  await openReview(ann.page, url, patient.caseId);
});
afterAll(async () => {
  await ann.close();
  await ben.close();
  await server.close();
});

const writingState = (page: Page) =>
  page.evaluate(() => {
    const { session } = (globalThis as unknown as Console).delineate;
    const { writing, editable, late, stopped } = session.getState();
    return {
      role: writing.role,
      writer: writing.writer?.reviewer ?? null,
      editable,
      late: late.length,
      stopped,
    };
  });
const role = (page: Page, wanted: string) =>
  expect.poll(async () => (await writingState(page)).role).toBe(wanted);
const writes = (page: Page) => expect.poll(async () => (await writingState(page)).editable).toBe(true);
const note = (page: Page) => page.getByTestId("writing-note");
const imageBox = (page: Page) => page.getByTestId("viewport-axial").boundingBox();

/** A brush stroke across the image at a part of its height; what it added is kept for the end. */
async function stroke({ page }: OpenPage, by: string, y: number): Promise<void> {
  const before = new Set(await voxelsOf(page, "GTVp"));
  await page.keyboard.press("b");
  await drag(page, [
    [0.25, y],
    [0.75, y],
  ]);
  const added = (await voxelsOf(page, "GTVp")).filter((place) => !before.has(place));
  expect(added.length).toBeGreaterThan(20);
  strokes.push({ by, added });
}

/** The reader's page comes to show what the writer's shows. */
async function sees(reader: OpenPage, writer: OpenPage): Promise<void> {
  const drawn = await voxelsOf(writer.page, "GTVp");
  await expect.poll(() => voxelsOf(reader.page, "GTVp")).toEqual(drawn);
}

/** Time passes for the server alone. Whoever is not heard of for long is gone, so it passes in steps that pages keep up with. */
async function pass(ms: number, heard: readonly OpenPage[]): Promise<void> {
  for (const end = nowMs + ms; nowMs < end; ) {
    nowMs += Math.min(goneAfterMs / 2, end - nowMs);
    for (const { page } of heard)
      await page.waitForResponse((response) => response.url().endsWith("/attend") && response.ok());
  }
}

test("who comes second reads along: the writer's name, the contour live, no tool, no signature, and the image where it was", async () => {
  await writes(ann.page);
  const before = await imageBox(ann.page);
  await openReview(ben.page, url, patient.caseId);
  await role(ben.page, "reads");
  expect(await note(ben.page).textContent()).toContain("Ann writes this review");
  // The writer's page has no note, the reader's has one: the image has the same place in both.
  expect(await note(ann.page).count()).toBe(0);
  expect(await imageBox(ben.page)).toEqual(before);
  // Nor does any other message move it: all have one place.
  await ben.page.evaluate(() => {
    const { session } = (globalThis as unknown as Console).delineate;
    session.view.showProblem("test", "A problem that takes a sentence or two to tell. It is told here.");
  });
  await ben.page.getByText("A problem that takes").waitFor();
  expect(await imageBox(ben.page)).toEqual(before);
  await ben.page.getByRole("button", { name: "Dismiss" }).click();
  await stroke(ann, "Ann", 0.2);
  await sees(ben, ann);
  expect(await ben.page.getByTestId("approve").isDisabled()).toBe(true);
  const posts: string[] = [];
  ben.page.on("request", (request) => {
    if (request.method() === "POST") posts.push(request.url());
  });
  const shown = await voxelsOf(ben.page, "GTVp");
  await ben.page.keyboard.press("b");
  await drag(ben.page, [
    [0.3, 0.5],
    [0.6, 0.5],
  ]);
  expect(await voxelsOf(ben.page, "GTVp")).toEqual(shown);
  await ben.page.waitForRequest((request) => request.url().endsWith("/attend"));
  // Neither strokes nor the reader's time.
  expect(posts.filter((address) => address.endsWith("/log"))).toEqual([]);
});

test("asked amid a stroke the writer hands over: the stroke is finished and saved first, and the other draws on", async () => {
  const [before, box] = [new Set(await voxelsOf(ann.page, "GTVp")), await imageBox(ann.page)];
  await ben.page.getByTestId("ask").click();
  await note(ann.page).getByText("Ben asks to take over").waitFor();
  expect(await imageBox(ann.page)).toEqual(box);
  await role(ben.page, "asks");
  await ann.page.keyboard.press("b");
  if (box === null) throw new Error("the axial view has no size");
  await ann.page.mouse.move(box.x + 0.25 * box.width, box.y + 0.3 * box.height);
  await ann.page.mouse.down();
  await ann.page.mouse.move(box.x + 0.6 * box.width, box.y + 0.3 * box.height, { steps: 8 });
  // By keyboard: the mouse button is down.
  await ann.page.getByTestId("hand-over").focus();
  await ann.page.keyboard.press("Enter");
  await role(ann.page, "reads");
  await ann.page.mouse.move(box.x + 0.9 * box.width, box.y + 0.35 * box.height, { steps: 4 });
  await ann.page.mouse.up();
  await writes(ben.page);
  await sees(ben, ann);
  strokes.push({
    by: "Ann",
    added: (await voxelsOf(ann.page, "GTVp")).filter((place) => !before.has(place)),
  });
  expect(strokes.at(-1)?.added.length).toBeGreaterThan(20);
  await stroke(ben, "Ben", 0.4);
  await sees(ann, ben);
});

test("an outline that is not closed yet when another takes over is not in the contour, and the page says so", async () => {
  const box = await imageBox(ben.page);
  if (box === null) throw new Error("the axial view has no size");
  const shown = await voxelsOf(ben.page, "GTVp");
  await ann.page.getByTestId("ask").click();
  await ben.page.keyboard.press("d");
  await ben.page.mouse.move(box.x + 0.3 * box.width, box.y + 0.85 * box.height);
  await ben.page.mouse.down();
  await ben.page.mouse.move(box.x + 0.6 * box.width, box.y + 0.85 * box.height, { steps: 8 });
  await ben.page.mouse.move(box.x + 0.6 * box.width, box.y + 0.95 * box.height, { steps: 8 });
  await pass(answerWithinMs + 1, [ann, ben]);
  await ann.page.getByTestId("take-over").click();
  await role(ben.page, "reads");
  await ben.page.getByText("This page stopped writing before the outline was closed").waitFor();
  await ben.page.mouse.up();
  await writes(ann.page);
  await sees(ann, ben);
  expect(await voxelsOf(ben.page, "GTVp")).toEqual(shown);
  await ben.page.getByRole("button", { name: "Dismiss" }).click();
  // Back, for what follows.
  await ben.page.getByTestId("ask").click();
  await ann.page.getByTestId("hand-over").click();
  await writes(ben.page);
  await role(ann.page, "reads");
});

test("declined, the writer goes on and the asker is told; without an answer the asker takes over", async () => {
  await ann.page.getByTestId("ask").click();
  await ben.page.getByTestId("decline").click();
  await expect.poll(() => ann.page.getByTestId("notice").textContent()).toContain("Ben goes on writing");
  await role(ann.page, "reads");
  await ann.page.getByTestId("ask").click();
  await note(ben.page).getByText("Ann asks to take over").waitFor();
  expect(await ann.page.getByTestId("take-over").count()).toBe(0);
  await pass(answerWithinMs + 1, [ann, ben]);
  await ann.page.getByTestId("take-over").click();
  await writes(ann.page);
  await role(ben.page, "reads");
  await stroke(ann, "Ann", 0.5);
  await sees(ben, ann);
});

test("taken over from a writer who vanished, the strokes that come back later wait by name and are added to what was drawn since", async () => {
  await ann.context.setOffline(true);
  await stroke(ann, "Ann", 0.6);
  await stroke(ann, "Ann", 0.66);
  await ann.page.keyboard.press("Control+z");
  const undone = strokes.pop();
  await ann.page.locator('[data-testid="save-state"][data-state="offline"]').waitFor();
  nowMs += goneAfterMs + 1;
  await note(ben.page).getByText("does not answer").waitFor();
  await ben.page.getByTestId("take-over").click();
  await writes(ben.page);
  // Over what Ann drew and nobody else has seen yet.
  await stroke(ben, "Ben", 0.61);
  await stroke(ben, "Ben", 0.75);
  await saved(ben.page);
  const without = await voxelsOf(ben.page, "GTVp");
  await ann.context.setOffline(false);
  await role(ann.page, "reads");
  await expect.poll(async () => (await writingState(ann.page)).late).toBe(1);
  await expect.poll(() => voxelsOf(ann.page, "GTVp")).toEqual(without);
  const waiting = ben.page.getByTestId("late-strokes");
  await waiting.waitFor();
  expect(await waiting.textContent()).toContain("2 changes by Ann");
  await ben.page.getByTestId("late-add").click();
  await expect.poll(() => waiting.count()).toBe(0);
  const added = (await voxelsOf(ben.page, "GTVp")).filter((place) => !without.includes(place));
  expect(added.length).toBeGreaterThan(0);
  // What Ann took back herself is not in it.
  expect(added.filter((place) => undone?.added.includes(place))).toEqual([]);
  await sees(ann, ben);
  // Told to the reader by another message than the masks.
  await expect.poll(async () => (await writingState(ann.page)).late).toBe(0);
});

test("a writer that leaves the page leaves the writing, and the same person in two tabs takes it from one to the other", async () => {
  await ben.page.goto(`${url}/#/`);
  await ann.page.getByTestId("begin-writing").click();
  await writes(ann.page);
  const tab = await ann.context.newPage();
  await openReview(tab, url, patient.caseId);
  await note(tab).getByText("in another tab").waitFor();
  await tab.getByTestId("take-over").click();
  await writes(tab);
  await role(ann.page, "reads");
  const second = { ...ann, page: tab };
  await stroke(second, "Ann", 0.82);
  await sees(ann, second);
  await saved(tab);
  await openReview(ben.page, url, patient.caseId);
  await sees(ben, second);
  await tab.close({ runBeforeUnload: true });
});

test("a signature that was begun is not given once another took over: the dialog says so, and stays refused when this page writes again", async () => {
  // The tab of the test before said that it left, or is gone by now.
  await pass(goneAfterMs + 1, [ann, ben]);
  await ann.page.locator('[data-testid="begin-writing"], [data-testid="take-over"]').click();
  await writes(ann.page);
  await ben.page.getByTestId("ask").click();
  await ann.page.getByTestId("approve").click();
  const dialog = ann.page.getByTestId("approve-dialog");
  await dialog.getByTestId("unseen-reason").fill("Seen on paper.");
  await ann.page.locator('[data-testid="approve-confirm"]:enabled').waitFor();
  await pass(answerWithinMs + 1, [ann, ben]);
  await ben.page.getByTestId("take-over").click();
  await writes(ben.page);
  await dialog.getByText("This page stopped writing").waitFor();
  await stroke(ben, "Ben", 0.9);
  await sees(ann, ben);
  await ben.page.goto(`${url}/#/`);
  await note(ann.page).getByText("Nobody writes").waitFor();
  await ann.page.evaluate(() => (globalThis as unknown as Console).delineate.session.turn.begin());
  await writes(ann.page);
  expect(await dialog.getByTestId("approve-confirm").isDisabled()).toBe(true);
  await ann.page.keyboard.press("Escape");
  await mayDraw(ann.page);
  const { reviewId } = await reviewState(ann.page);
  expect((await patient.client.call("showReview", { reviewId }, undefined)).state).toBe("open");
  await openReview(ben.page, url, patient.caseId);
  await sees(ben, ann);
});

test("a hidden page that waits for a contour opens with who has it, where another page was first", async () => {
  const folder = await phantomFolder(41, 64);
  const { cases } = await patient.client.importFolder(join(folder, "ct"));
  await rm(join(folder, ".."), { recursive: true, force: true });
  const caseId = cases[0].id;
  const tab = await ann.context.newPage();
  await tab.addInitScript(() =>
    Object.defineProperty(document, "hidden", { value: true, configurable: true }),
  );
  // As it was answered a moment ago: nothing is contoured yet.
  const early = await patient.client.call("showCase", { caseId }, undefined);
  await tab.route(`**/api/cases/${caseId}`, (route) => route.fulfill({ json: early }), { times: 1 });
  await tab.goto(`${url}/#/case/${caseId}`);
  await tab.getByRole("heading", { name: "The automatic contour is not there yet" }).waitFor();
  await patient.client.waitFor(caseId, ["to-review"]);
  await openReview(ben.page, url, caseId);
  await writes(ben.page);
  await tab.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: false, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await note(tab).getByText("Ben writes this review. You read along.").waitFor();
  await tab.close();
  await openReview(ben.page, url, patient.caseId);
  await sees(ben, ann);
});

test("at the end both pages show the log's replay, voxel by voxel, and every stroke of both is in it", async () => {
  const { reviewId, grid } = await reviewState(ann.page);
  const { client, caseId } = patient;
  const review = await client.call("showReview", { reviewId }, undefined);
  const [{ id, beganWith }] = review.structures;
  const began = beganWith === null ? null : await client.mask(caseId, beganWith);
  const ownGrid = { ...grid, origin: patientPoint(...grid.origin) };
  const patches = review.edits.map(({ patch }) => decodePatch(base64ToBytes(patch), ownGrid));
  const replay = replayEdits(began, ownGrid, patches);
  expect(Buffer.from(await client.mask(caseId, `structure:${id}`)).equals(Buffer.from(replay))).toBe(true);
  const places = [...replay.keys()].filter((place) => replay[place] === 1);
  for (const { page } of [ann, ben]) expect(await voxelsOf(page, "GTVp")).toEqual(places);
  expect(strokes.map(({ by }) => by)).toEqual([
    "Ann",
    "Ann",
    "Ben",
    "Ann",
    "Ann",
    "Ben",
    "Ben",
    "Ann",
    "Ben",
  ]);
  const inside = new Set(places);
  for (const { by, added } of strokes)
    expect([by, added.filter((place) => !inside.has(place))]).toEqual([by, []]);
  expect(new Set(review.edits.map((edit) => edit.id)).size).toBe(review.edits.length);
});

test("no fault in either page or in the server", () => {
  expect([ann.faults, ben.faults, server.faults]).toEqual([[], [], []]);
});
