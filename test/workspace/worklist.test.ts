/**
 * The worklist in the browser: what is dropped during an upload waits for its turn, what came of both is told, and search and
 * order are kept through a review and its neighbours.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { phantomFolder } from "../shared-inputs.ts";
import { createClient } from "./client.ts";
import { zipOf } from "./ct-zip.ts";
import { dropOnWorklist, keepsFileOff } from "./drop-path.ts";
import { type OpenPage, openPage } from "./launch.ts";
import { type OwnServer, serveInProcess } from "./serve-in-process.ts";

let data: string;
let server: OwnServer;
let open: OpenPage;
let page: Page;
const folders: string[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-worklist-"));
  for (const seed of [41, 42]) folders.push(await phantomFolder(seed, 64));
  server = await serveInProcess(data);
  open = await openPage(server.url);
  ({ page } = open);
});
afterAll(async () => {
  await open.close();
  await server.stop();
  for (const folder of [data, ...folders.map((path) => join(path, ".."))])
    await rm(folder, { recursive: true, force: true });
});

test("a second drop during an upload is taken as well, and structure sets are confirmed", async () => {
  // Whatever the speed of this machine: the first upload ends after the second drop.
  const { promise: bothDropped, resolve: dropped } = Promise.withResolvers<void>();
  await page.route("**/api/uploads/*/finish", async (route) => {
    await bothDropped;
    await route.continue();
  });
  await dropOnWorklist(page, await zipOf(folders[0]));
  await dropOnWorklist(page, folders[1]);
  await page.getByText("1 more upload waiting").waitFor();
  dropped();
  await page.locator('[data-testid="upload"][data-added="2"]').waitFor();
  const uploadText = await page.getByTestId("upload").innerText();
  expect(uploadText).toContain("2 CT series added");
  expect(uploadText.match(/with 1 ROI came with its CT/g)).not.toBeNull();
  expect(await page.locator(".filters-count").innerText()).toBe("2 patients");
});

test("search and order are in the address, and kept through reviews and the way back", async () => {
  const client = createClient(server.url);
  const cases = await client.call("listCases", {}, undefined);
  for (const { id } of cases) await client.waitFor(id, ["to-review"]);
  await page.getByTestId("search").fill("seed4");
  await page.getByRole("button", { name: "Patient", exact: true }).click();
  await expect.poll(() => page.url()).toContain("search=seed4&sort=patientName");
  const names = await page.locator("a.case-link").allInnerTexts();
  expect(names).toHaveLength(2);
  expect(names).toEqual([...names].sort());
  await page.locator("a.case-link").first().click();
  const heading = (name: string) => page.getByRole("heading", { name, exact: true }).waitFor();
  await heading(names[0]);
  expect(await page.getByTestId("previous-case").isDisabled()).toBe(true);
  expect(await page.getByTestId("series").innerText()).toMatch(/mm apart, \d{4}-\d\d-\d\d$/);
  expect(await keepsFileOff(page)).toBe(true);
  await page.getByTestId("next-case").click();
  await heading(names[1]);
  expect(await page.getByTestId("next-case").isDisabled()).toBe(true);
  await page.getByTestId("previous-case").click();
  await heading(names[0]);
  await page.getByTestId("back").click();
  await page.locator("a.case-link").first().waitFor();
  expect(await page.getByTestId("search").inputValue()).toBe("seed4");
  expect(await page.locator("a.case-link").allInnerTexts()).toEqual(names);
  await page.reload();
  await page.locator("a.case-link").first().waitFor();
  expect(await page.getByTestId("search").inputValue()).toBe("seed4");
  expect(open.faults).toEqual([]);
});

test("a tab that is hidden holds no connection, and shows what happened meanwhile when it is shown", async () => {
  await page.goto(server.url);
  await expect.poll(() => page.locator(".filters-count").innerText()).toBe("2 patients");
  const show = (hidden: boolean): Promise<void> =>
    page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  const ended = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/api/events"));
  await show(true);
  await ended;
  const client = createClient(server.url);
  const [{ id }] = await client.call("listCases", {}, undefined);
  await client.call("removeCase", { caseId: id }, undefined);
  expect(await page.locator(".filters-count").innerText()).toBe("2 patients");
  await show(false);
  await expect.poll(() => page.locator(".filters-count").innerText()).toBe("1 patient");
});

test("a list that was asked for before a patient was removed brings the patient back no more when it comes late", async () => {
  const events = await open.context.newCDPSession(page);
  await events.send("Network.enable");
  const removed = new Promise<void>((heard) => {
    events.on("Network.eventSourceMessageReceived", ({ eventName }) => eventName === "removed" && heard());
  });
  const [askedTwice, late] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let lists = 0;
  await page.route("**/api/cases", async (route) => {
    const response = await route.fetch();
    // A page that is opened asks, and once more when it hears events.
    if (++lists === 2) askedTwice.resolve();
    await late.promise;
    await route.fulfill({ response });
  });
  await page.reload();
  await askedTwice.promise;
  const client = createClient(server.url);
  const [{ id }] = await client.call("listCases", {}, undefined);
  await client.call("removeCase", { caseId: id }, undefined);
  await removed;
  late.resolve();
  const empty = page.getByText("Add the first planning CT");
  await empty
    .or(page.getByTestId(`case-${id}`))
    .first()
    .waitFor();
  expect(await empty.count()).toBe(1);
  expect(open.faults).toEqual([]);
});
