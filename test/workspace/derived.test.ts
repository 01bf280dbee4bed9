/** In a real browser: a GTV is edited after CTV and PTV were made from it, and nobody signs before they follow. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenPage, openPage } from "./launch.ts";
import { type Console, drag, reviewState, saved, voxelsOf } from "./page-review.ts";
import { openReview, type Patient, serveWithPatient } from "./patient.ts";
import type { OwnServer } from "./serve-in-process.ts";

let data: string;
let server: OwnServer;
let open: OpenPage;
let patient: Patient;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-derived-"));
  ({ server, patient } = await serveWithPatient(data, 20));
  open = await openPage(server.url);
  await openReview(open.page, server.url, patient.caseId);
});
afterAll(async () => {
  await open.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

/** Places of `inner` that are not in `outer`. */
async function outside(inner: string, outer: string): Promise<number> {
  const outerPlaces = new Set(await voxelsOf(open.page, outer));
  return (await voxelsOf(open.page, inner)).filter((at) => !outerPlaces.has(at)).length;
}

/** Adds an outline to the GTV, far from it. */
async function drawFarAway(x: number): Promise<void> {
  const { page } = open;
  await page.keyboard.press("d");
  await drag(page, [
    [x, 0.3],
    [x + 0.08, 0.3],
    [x + 0.08, 0.38],
    [x, 0.38],
  ]);
  await saved(page);
}

async function untilMade(name: string): Promise<void> {
  await expect
    .poll(
      async () =>
        (await reviewState(open.page)).structures.find((structure) => structure.name === name)?.volumeCc ?? 0,
    )
    .toBeGreaterThan(0);
  await saved(open.page);
}

test("no histology is assumed: the CTV is made when one is said, the PTV with a margin of its own upwards", async () => {
  const { page } = open;
  await page.getByTestId("panel-margins").click();
  expect(await page.getByTestId("histology").locator("input:checked").count()).toBe(0);
  expect(await page.getByTestId("make-ctv").isDisabled()).toBe(true);
  await page.getByTestId("histology").locator('[value="squamous"]').check();
  await page.getByTestId("make-ctv").click();
  await untilMade("CTV");
  // Beyond what a margin may be, "35" is not the 3 that it began with.
  await page.getByTestId("ptv-margin").selectText();
  await page.keyboard.type("35");
  await page.keyboard.press("Tab");
  expect(await page.getByTestId("ptv-margin").inputValue()).toBe("5");
  await page.getByTestId("ptv-sides").click();
  await page.getByTestId("ptv-margin-superior").fill("9");
  await page.getByTestId("make-ptv").click();
  await untilMade("PTV");
  const sides = "anterior 5, posterior 5, left 5, right 5, superior 9, inferior 5";
  expect(await page.getByTestId("made-ctv").textContent()).toContain("GTVp + 6 mm, within the body");
  expect(await page.getByTestId("made-ptv").textContent()).toContain(`(${sides}) mm`);
  expect([await outside("GTVp", "CTV"), await outside("CTV", "PTV")]).toEqual([0, 0]);
});

test("a GTV that is edited then puts both out of date, in the list, in the panel and beside Approve", async () => {
  const { page } = open;
  const before = await voxelsOf(page, "CTV");
  await page.getByTestId("structure-GTVp").getByRole("button").first().click();
  await drawFarAway(0.6);
  expect(await outside("GTVp", "PTV")).toBeGreaterThan(0);
  expect(await voxelsOf(page, "CTV")).toEqual(before);
  for (const place of ["list", "margins"]) {
    expect(await page.getByTestId(`${place}-out-of-date-CTV`).textContent()).toContain("GTVp changed");
    expect(await page.getByTestId(`${place}-out-of-date-PTV`).textContent()).toContain("CTV is out of date");
  }
  expect(await page.getByTestId("make-anew").textContent()).toContain("Make CTV, PTV anew");
});

test("it is held back in the dialog and by the server, also after the page is loaded anew", async () => {
  const { page } = open;
  await page.reload();
  await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
  await page.getByTestId("approve").click();
  await page.getByTestId("approve-out-of-date-PTV").waitFor();
  expect(await page.getByTestId("fault-gtv-outside-ptv").textContent()).toContain("outside PTV");
  for (const field of ["approve-reviewer", "unseen-reason", "faults-reason"]) {
    if (await page.getByTestId(field).isVisible()) await page.getByTestId(field).fill("Ann");
  }
  expect(await page.getByTestId("approve-confirm").isDisabled()).toBe(true);
  // Past the dialog, as the page that writes the review.
  const code = await page.evaluate(() => {
    const { session } = (globalThis as unknown as Console).delineate;
    return session.record
      .approve({ reviewer: "Ann", comment: "", unseenReason: "x", faultsReason: "x" })
      .then(
        () => "signed",
        (refusal: { code: string }) => refusal.code,
      );
  });
  expect(code).toBe("out-of-date");
});

test("made anew from the dialog they hold the GTV as it is, and nothing holds the signature back", async () => {
  const { page } = open;
  await page.getByTestId("approve-remake-PTV").click();
  await expect.poll(() => page.getByTestId("approve-out-of-date-PTV").count()).toBe(0);
  expect(await page.getByTestId("approve-out-of-date-CTV").count()).toBe(0);
  expect([await outside("GTVp", "CTV"), await outside("CTV", "PTV"), await outside("GTVp", "PTV")]).toEqual([
    0, 0, 0,
  ]);
  expect(await page.locator('[data-testid^="fault-gtv"], [data-testid^="fault-ctv"]').count()).toBe(0);
  await expect.poll(() => page.getByTestId("approve-confirm").isEnabled()).toBe(true);
  await page.keyboard.press("Escape");
});

test("undo puts them out of date again, redo makes them follow", async () => {
  const { page } = open;
  await page.keyboard.press("Control+z");
  expect(await page.getByTestId("list-out-of-date-PTV").count()).toBe(1);
  await page.keyboard.press("Control+Shift+z");
  expect(await page.getByTestId("list-out-of-date-PTV").count()).toBe(0);
});

test("unlinked on purpose they are signed as they are with a reason, and the record says so", async () => {
  const { page } = open;
  await drawFarAway(0.2);
  await page.getByTestId("list-unlink-CTV").click();
  // Bone cut the CTV short: the PTV was made from it as it stood, and follows it alone.
  await expect.poll(() => page.getByTestId("list-out-of-date-PTV").count()).toBe(0);
  expect(await page.getByTestId("make-anew").count()).toBe(0);
  await page.getByTestId("approve").click();
  await page.getByTestId("approve-reviewer").fill("Ann");
  if (await page.getByTestId("unseen-reason").isVisible())
    await page.getByTestId("unseen-reason").fill("A test.");
  expect(await page.getByTestId("approve-confirm").isDisabled()).toBe(true);
  await page.getByTestId("faults-reason").fill("The second lesion is treated later.");
  await page.getByTestId("approve-confirm").click();
  await page.getByTestId("signed-dialog").waitFor();
  const { versions } = await patient.client.call("showCase", { caseId: patient.caseId }, undefined);
  expect(versions[0].faultsReason).toBe("The second lesion is treated later.");
  expect(versions[0].faults.join()).toContain("outside PTV");
  expect(versions[0].structures[1].derivation).toBe(
    "Made with a margin, then unlinked: it follows no structure",
  );
});
