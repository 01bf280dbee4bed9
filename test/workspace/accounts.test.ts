/** In the browser: signing in, a session that ends amid drawing, two people on one patient, and the department's page. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Dialog, Page, Response, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { phantomFolder } from "../shared-inputs.ts";
import { addAccounts, password } from "./accounts.ts";
import { seriousViolations } from "./axe.ts";
import { createClient } from "./client.ts";
import { type OpenPage, openPage, type Server, startServer } from "./launch.ts";
import { drag, mayDraw, saved, voxelsOf } from "./page-review.ts";
import { contouredWorkspace, onlyPatient, openReview } from "./patient.ts";

let data: string;
let server: Server;
let caseId: string;
let approver: OpenPage;
let admin: OpenPage;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-accounts-"));
  await contouredWorkspace(data, 20, true);
  caseId = await onlyPatient(data);
  await addAccounts(data);
  // The service itself is not asked here.
  vi.stubEnv("DELINEATE_OIDC_SECRET", "a secret between the two");
  const singleSignOn = ["--oidc-issuer", "https://sign-on.example", "--oidc-client", "delineate"];
  server = await startServer(data, ["--no-sample", ...singleSignOn]);
  approver = await openPage(server.url);
  admin = await openPage(server.url);
});
afterAll(async () => {
  await approver.close();
  await admin.close();
  await server.stop();
  await rm(data, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

async function signIn(page: Page, login: string, given = password): Promise<void> {
  await page.getByTestId("login").fill(login);
  await page.getByTestId("password").fill(given);
  await page.getByTestId("sign-in").click();
}

/** What happens elsewhere the page hears of once the stroke is drawn, however slow the drawing is. */
async function drawUnaware(
  { page, context }: OpenPage,
  stroke: [number, number][],
  happen: () => Promise<unknown>,
): Promise<void> {
  await context.setOffline(true);
  await happen();
  await drag(page, stroke);
  await context.setOffline(false);
}

/** Ends elsewhere: the browser still has its cookie. */
async function drawAsSessionEnds(open: OpenPage, stroke: [number, number][]): Promise<void> {
  const cookie = (await open.context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const headers = { cookie, origin: server.url };
  await drawUnaware(open, stroke, () => fetch(`${server.url}/api/session`, { method: "DELETE", headers }));
}

/** Until all is saved in a new session: what is sent with the old one's lease is refused, and goes out with the next lease. */
function savedAgain(page: Page): Promise<void> {
  return page.locator('[data-testid="save-state"][data-state="saved"]').waitFor();
}

/** A page that said no goodbye is the writer still; the same person takes over from it. */
async function takeBack(page: Page): Promise<void> {
  const [takeOver, panel] = [page.getByTestId("take-over"), page.getByTestId("panel-brush")];
  await takeOver.or(page.locator('[data-testid="approve"]:enabled')).first().waitFor();
  if (await takeOver.isVisible()) await takeOver.click();
  await panel.waitFor();
  await mayDraw(page);
}

test("nothing is shown before somebody signs in, and then under the account's name", async () => {
  const { page } = approver;
  await page.getByTestId("sign-in").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await signIn(page, "approver", "not the password");
  await page.getByText("This login and this password do not belong together.").waitFor();
  await signIn(page, "approver");
  await page.getByTestId(`case-${caseId}`).waitFor();
  await page.getByTestId("account-menu").getByText("Doctor approver").waitFor();
  expect(await page.getByTestId("reviewer-dialog").count()).toBe(0);
});

test("what is drawn while nobody is signed in any more is kept by the page, and saved after signing in again", async () => {
  const { page } = approver;
  await openReview(page, server.url, caseId);
  await mayDraw(page);
  // An account signs in its own name, whatever a page says.
  await page.getByTestId("approve").click();
  const signer = page.getByTestId("approve-reviewer");
  expect([await signer.inputValue(), await signer.isDisabled()]).toEqual(["Doctor approver", true]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("b");
  await drag(page, [
    [0.3, 0.3],
    [0.35, 0.3],
  ]);
  await saved(page);
  const before = await voxelsOf(page, "GTVp");
  await drawAsSessionEnds(approver, [
    [0.3, 0.7],
    [0.35, 0.7],
  ]);
  const after = await voxelsOf(page, "GTVp");
  expect(after.length).toBeGreaterThan(before.length);
  const dialog = page.getByTestId("sign-in-again");
  await dialog.waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  expect(await dialog.getByTestId("login").inputValue()).toBe("approver");
  // One refusal is slower than the signing in: it says nothing of the new session.
  const [refused, answered] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()];
  const slowly = async (route: Route): Promise<void> => {
    const response = await route.fetch();
    refused.resolve(response.status());
    await answered.promise;
    await route.fulfill({ response });
  };
  await page.route("**/api/reviews/*/log", slowly, { times: 1 });
  expect(await refused.promise).toBe(401);
  await dialog.getByTestId("password").fill(password);
  await dialog.getByTestId("sign-in").click();
  await dialog.waitFor({ state: "detached" });
  answered.resolve();
  await savedAgain(page);
  expect(await dialog.count()).toBe(0);
  await page.reload();
  await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
  expect(await voxelsOf(page, "GTVp")).toEqual(after);
});

test("signed in again in a new tab, as who has no password must, the page goes on when it is looked at, for the same account", async () => {
  const { page, context } = approver;
  await mayDraw(page);
  await page.keyboard.press("b");
  const before = await voxelsOf(page, "GTVp");
  await drawAsSessionEnds(approver, [
    [0.7, 0.7],
    [0.75, 0.7],
  ]);
  const after = await voxelsOf(page, "GTVp");
  expect(after.length).toBeGreaterThan(before.length);
  const dialog = page.getByTestId("sign-in-again");
  await dialog.waitFor();
  expect(await dialog.getByTestId("single-sign-on").getAttribute("target")).toBe("_blank");
  const tab = await context.newPage();
  const comeBack = async (): Promise<void> => {
    const asked = page.waitForResponse((response) => response.url().endsWith("/api/session"));
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await (await asked).finished();
  };
  await tab.goto(server.url);
  await signIn(tab, "editor");
  await tab.getByTestId("account-menu").waitFor();
  await comeBack();
  expect(await dialog.count()).toBe(1);
  await tab.getByTestId("account-menu").click();
  await tab.getByTestId("sign-out").click();
  await signIn(tab, "approver");
  await tab.getByTestId("account-menu").getByText("Doctor approver").waitFor();
  await comeBack();
  await dialog.waitFor({ state: "detached" });
  await tab.close();
  await savedAgain(page);
  await page.reload();
  await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
  expect(await voxelsOf(page, "GTVp")).toEqual(after);
});

test("somebody else at the same browser: nothing of a page is saved in another name, and leaving it says what is lost", async () => {
  const { page, context } = approver;
  await mayDraw(page);
  await page.keyboard.press("b");
  const before = await voxelsOf(page, "GTVp");
  await drawAsSessionEnds(approver, [
    [0.5, 0.75],
    [0.55, 0.75],
  ]);
  const dialog = page.getByTestId("sign-in-again");
  await dialog.waitFor();
  const tab = await context.newPage();
  await tab.goto(server.url);
  await signIn(tab, "editor");
  await tab.getByTestId("account-menu").waitFor();
  // It is tried again in the session of the other one, and waits on.
  const refused = (response: Response): boolean =>
    response.url().endsWith("/log") && response.status() === 401;
  await page.waitForResponse(refused);
  await page.waitForResponse(refused);
  await tab.close();
  const dialogs: string[] = [];
  const answer = (question: Dialog): void => {
    dialogs.push(question.type());
    void question.accept();
  };
  page.on("dialog", answer);
  await dialog.getByTestId("somebody-else").click();
  await dialog.getByText("What Doctor approver drew last is not saved yet").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await dialog.getByTestId("somebody-else").click();
  await page.locator(".sign-in-page").waitFor();
  expect(dialogs).toEqual([]);
  page.off("dialog", answer);
  await signIn(page, "approver");
  await openReview(page, server.url, caseId);
  await takeBack(page);
  expect(await voxelsOf(page, "GTVp")).toEqual(before);
  expect(await page.getByTestId("late-strokes").count()).toBe(0);
});

test("signed out amid saving, what was drawn is saved first", async () => {
  const { page } = approver;
  await page.keyboard.press("b");
  const requests: string[] = [];
  await page.route(
    "**/api/reviews/*/log",
    async (route) => {
      // Long enough for a page that waits for nothing to sign out before this is saved.
      await new Promise((waited) => setTimeout(waited, 1000));
      const response = await route.fetch();
      requests.push("saved");
      await route.fulfill({ response });
    },
    { times: 1 },
  );
  page.on("request", (request) => {
    if (request.method() === "DELETE" && request.url().endsWith("/api/session")) requests.push("signed out");
  });
  await drag(page, [
    [0.5, 0.8],
    [0.55, 0.8],
  ]);
  const drawn = await voxelsOf(page, "GTVp");
  await page.getByTestId("account-menu").click();
  await page.getByTestId("sign-out").click();
  await page.locator(".sign-in-page").waitFor();
  expect(requests).toEqual(["saved", "signed out"]);
  await signIn(page, "approver");
  await openReview(page, server.url, caseId);
  await takeBack(page);
  expect(await voxelsOf(page, "GTVp")).toEqual(drawn);
});

test("an account that may only look from now on: the page says how many changes are lost with that, and asks before it is left", async () => {
  const { page } = approver;
  const client = createClient(server.url);
  await client.signIn("admin", password);
  const users = await client.call("listUsers", {}, undefined);
  const { id: userId = "" } = users.find(({ login }) => login === "approver") ?? {};
  const before = await voxelsOf(page, "GTVp");
  await page.keyboard.press("b");
  const stroke: [number, number][] = [
    [0.5, 0.85],
    [0.55, 0.85],
  ];
  await drawUnaware(approver, stroke, () => client.call("changeUser", { userId }, { role: "viewer" }));
  await page.getByText("Not saved, and gone when this page is left: your last change.").waitFor();
  expect(await page.getByTestId("save-state").getAttribute("data-state")).toBe("lost");
  await page.getByTestId("back").click();
  const dialog = page.getByTestId("leave-dialog");
  await dialog.getByText("your last change").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await client.call("changeUser", { userId }, { role: "approver" });
  await dialog.getByRole("link").click();
  await page.getByTestId(`case-${caseId}`).waitFor();
  expect(await page.getByText("wait for the server").count()).toBe(0);
  await openReview(page, server.url, caseId);
  await takeBack(page);
  expect(await voxelsOf(page, "GTVp")).toEqual(before);
});

test("a second account on the same patient reads along, with the name of who writes", async () => {
  const { page } = admin;
  await signIn(page, "admin");
  await openReview(page, server.url, caseId);
  await page.getByTestId("writing-note").getByText("Doctor approver").waitFor();
  expect(await page.getByTestId("approve").isDisabled()).toBe(true);
});

test("two accounts review two patients at once, and the strokes of both are there again", async () => {
  const phantom = await phantomFolder(36, 128);
  const client = createClient(server.url);
  await client.signIn("editor", password);
  const [{ id: secondId }] = (await client.importFolder(join(phantom, "ct"))).cases;
  await rm(join(phantom, ".."), { recursive: true, force: true });
  const editor = await openPage(server.url);
  await signIn(editor.page, "editor");
  await editor.page.getByTestId(`case-${secondId}`).waitFor();
  // By hand: it waits for no network.
  await editor.page.goto(`${server.url}/#/case/${secondId}/by-hand`);
  const pages = [approver.page, editor.page];
  for (const page of pages) {
    await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
    await mayDraw(page);
    await page.keyboard.press("b");
  }
  await Promise.all(
    pages.map((page) =>
      drag(page, [
        [0.6, 0.3],
        [0.65, 0.3],
      ]),
    ),
  );
  await Promise.all(pages.map(saved));
  const drawn = await Promise.all(pages.map((page) => voxelsOf(page, "GTVp")));
  expect(drawn.map((places) => places.length > 0)).toEqual([true, true]);
  for (const [at, page] of pages.entries()) {
    await page.reload();
    await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
    expect(await voxelsOf(page, "GTVp")).toEqual(drawn[at]);
  }
  expect(editor.faults).toEqual([]);
  await editor.close();
});

test("an admin sees who did what, adds an account, and gives it another role", async () => {
  const { page } = admin;
  await page.goto(`${server.url}/#/department`);
  const audit = page.getByTestId("audit");
  await audit
    .getByRole("row")
    .filter({ hasText: "approver" })
    .filter({ has: page.locator('[data-action="openReview"]') })
    .first()
    .waitFor();
  await page.getByTestId("add-account").click();
  const dialog = page.getByTestId("account-dialog");
  await dialog.getByTestId("new-login").fill("ann");
  await dialog.getByTestId("new-name").fill("Ann Example");
  await dialog.getByTestId("new-password").fill(password);
  await dialog.getByTestId("account-dialog-submit").click();
  await dialog.waitFor({ state: "detached" });
  // Not that she was never here: of a session that ended nothing is kept.
  const row = page.getByTestId("accounts").getByRole("row").filter({ hasText: "Ann Example" });
  await row.getByText("no session").waitFor();
  await page.getByTestId("role-ann").selectOption("editor");
  const ann = createClient(server.url);
  await expect
    .poll(async () => {
      await ann.signIn("ann", password);
      return (await ann.call("session", {}, undefined)).account?.role;
    })
    .toBe("editor");
  await page.getByTestId("work").getByRole("row").filter({ hasText: "Contouring" }).waitFor();
  expect(await page.getByTestId("processes").textContent()).toBe("1 process");
  await audit.locator('[data-action="changeUser"]').first().waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  expect([...approver.faults, ...admin.faults]).toEqual([]);
});

test("signed out, the page holds nothing of who worked with it", async () => {
  const { page } = admin;
  await page.getByTestId("account-menu").click();
  await page.getByTestId("sign-out").click();
  await page.getByTestId("sign-in").waitFor();
  expect(await page.getByText("Ann Example").count()).toBe(0);
});
