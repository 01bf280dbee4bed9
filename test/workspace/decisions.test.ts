/** In the browser: a contour is sent back with a reason that the worklist shows, then the patient is closed without tumour. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenPage, openPage } from "./launch.ts";
import { mayDraw } from "./page-review.ts";
import { type Patient, serveWithPatient } from "./patient.ts";
import type { OwnServer } from "./serve-in-process.ts";

let data: string;
let server: OwnServer;
let open: OpenPage;
let patient: Patient;
let caseId: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-decisions-"));
  const served = await serveWithPatient(data, 20);
  server = served.server;
  ({ patient } = served);
  ({ caseId } = patient);
  open = await openPage(server.url);
});
afterAll(async () => {
  await open.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

/** Opens the dialog from the review's menu, fills it in and sends it; resolves with it. */
async function press(item: string, reason: string): Promise<Locator> {
  const { page } = open;
  await page.getByTestId("review-menu").click();
  await page.getByTestId(item).click();
  const dialog = page.getByTestId("decision-dialog");
  await dialog.getByTestId("decision-reviewer").fill("Ann");
  await dialog.getByTestId("decision-reason").fill(reason);
  const unseen = dialog.getByTestId("unseen-reason");
  if ((await unseen.count()) > 0) await unseen.fill("Seen on another screen.");
  await dialog.getByTestId("decision-confirm").click();
  return dialog;
}

async function decide(item: string, reason: string): Promise<void> {
  await (await press(item, reason)).waitFor({ state: "detached" });
}

const stateInList = (): Promise<string | null> =>
  open.page.getByTestId(`case-${caseId}`).getAttribute("data-state");

test("a contour that is sent back says why in the review and in the worklist", async () => {
  const { page } = open;
  await page.getByTestId(`case-${caseId}`).locator("a").click();
  await mayDraw(page);
  await decide("send-back", "The node is missing.");
  const reason = "Sent back by Ann: The node is missing.";
  await page.locator(".review").getByText(reason).waitFor();
  await page.goto(server.url);
  await expect.poll(stateInList).toBe("sent-back");
  expect(await page.getByTestId(`sent-back-${caseId}`).textContent()).toBe(reason);
});

test("what is refused after its dialog was closed is told all the same, also on another page", async () => {
  const { page } = open;
  await page.getByTestId(`case-${caseId}`).locator("a").click();
  await mayDraw(page);
  const closed = Promise.withResolvers<void>();
  const error = { code: "review-closed", message: "Somebody signed it." };
  const refuse = async (route: Route): Promise<void> => {
    await closed.promise;
    await route.fulfill({ status: 409, json: { error } });
  };
  await page.route("**/no-tumour", refuse, { times: 1 });
  await press("no-tumour", "Scar.");
  await page.keyboard.press("Escape");
  await page.getByTestId("back").click();
  closed.resolve();
  const bar = page.getByRole("alert").filter({ hasText: '"Sign and close" was not confirmed for Phantom' });
  expect(await bar.innerText()).toContain("Somebody signed it.");
  await page.goto(server.url);
});

test("a patient without tumour is closed by name, opens for looking only, and can be reopened", async () => {
  const { page } = open;
  await page.getByTestId(`case-${caseId}`).locator("a").click();
  await mayDraw(page);
  await decide("no-tumour", "Scar.");
  await page.getByText("Closed: no tumour, signed by Ann").waitFor();
  await page.goto(server.url);
  await expect.poll(stateInList).toBe("no-tumour");
  await page.getByTestId(`case-${caseId}`).locator("a").click();
  await page.getByTestId("reopen").waitFor();
  expect(await page.getByTestId("approve").isDisabled()).toBe(true);
  await page.getByTestId("reopen").click();
  await mayDraw(page);
});

test("the versions say which of them was sent back", async () => {
  const { page } = open;
  await page.goto(server.url);
  const { client } = patient;
  const opening = { start: "assisted", reviewer: "Ann", fresh: false } as const;
  const { id: reviewId } = await client.call("openReview", { caseId }, opening);
  const approval = { reviewer: "Ann", comment: "", unseenReason: "Seen on another screen." };
  await client.call("approve", { reviewId }, approval);
  await client.call("sendBack", { reviewId }, { reviewer: "Ann", reason: "The node is missing." });
  await client.call("approve", { reviewId }, approval);
  await page.getByTestId(`case-${caseId}`).locator("a").click();
  await page.getByTestId("panel-versions").click();
  const decidedAgainst = (version: number) =>
    page.getByTestId(`version-${version}`).getByText("A person decided against it since").count();
  await page.getByTestId("version-2").waitFor();
  expect([await decidedAgainst(1), await decidedAgainst(2)]).toEqual([1, 0]);
});

test("a version whose file does not come is told of where it was asked for, and the review stays open", async () => {
  const { page } = open;
  const error = { code: "files-unavailable", message: "The file store does not answer." };
  await page.route("**/rtstruct", (route) => route.fulfill({ status: 503, json: { error } }), { times: 1 });
  await page.getByTestId("download-version-1").click();
  await page.getByTestId("version-1").getByText(error.message).waitFor();
  const saving = page.waitForEvent("download");
  await page.getByTestId("download-version-1").click();
  expect((await saving).suggestedFilename()).toMatch(/-v1\.rtstruct\.dcm$/);
  expect(open.faults).toEqual([]);
});
