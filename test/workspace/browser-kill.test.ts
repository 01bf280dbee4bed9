/**
 * The worst that can happen while a person draws: the server is killed, or the tab. What the page shows as drawn must be what
 * the server replays from its log, voxel by voxel; of a tab that is gone, all that was drawn before the last save but one, and it saves while a
 * stroke goes on.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page, Request } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { protocolHeader } from "#contract/workspace/protocol.ts";
import { createClient } from "./client.ts";
import { openPage, type Server, startServer } from "./launch.ts";
import { drag, saved, voxelsOf } from "./page-review.ts";
import { contouredWorkspace, onlyPatient, openReview } from "./patient.ts";

let data: string;
let server: Server;
let caseId: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-browser-kill-"));
  await contouredWorkspace(data, 20, true);
  caseId = await onlyPatient(data);
  server = await startServer(data);
});
afterAll(async () => {
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

test("strokes before, during and after the server's death are all saved once it is back, and the page says so", async () => {
  const { page, faults, close } = await openPage(server.url);
  try {
    await openReview(page, server.url, caseId);
    await page.keyboard.press("b");
    const counts = [(await voxelsOf(page, "GTVp")).length];
    const count = async () => counts.push((await voxelsOf(page, "GTVp")).length);
    await drag(page, row(0.2));
    await count();
    await saved(page);

    // In the middle of a stroke.
    await press(page, 0.1, 0.3);
    await page.mouse.move(...(await at(page, 0.2, 0.3)), { steps: 5 });
    await server.kill();
    await page.mouse.move(...(await at(page, 0.3, 0.3)), { steps: 5 });
    await page.mouse.up();
    await count();
    await page.locator('[data-testid="save-state"][data-state="offline"]').waitFor();
    await drag(page, row(0.4));
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+Shift+Z");
    await count();

    server = await startServer(data, ["--no-sample", "--port", new URL(server.url).port]);
    await drag(page, row(0.5));
    await count();
    await page.locator('[data-testid="save-state"][data-state="saved"]').waitFor();
    await saved(page);
    // Every stroke drew something, and all of it is there.
    expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
    expect(await replayed("GTVp")).toEqual(await voxelsOf(page, "GTVp"));
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
});

test("a service that is updated amid a stroke: it is saved, nothing more is drawn, and the page asks to be loaded anew", async () => {
  const { page, faults, close } = await openPage(server.url);
  try {
    await openReview(page, server.url, caseId);
    await write(page);
    await page.keyboard.press("b");
    const before = (await voxelsOf(page, "GTVp")).length;
    await press(page, 0.1, 0.7);
    await page.mouse.move(...(await at(page, 0.3, 0.7)), { steps: 5 });
    await page.route("**/api/**/attend", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), [protocolHeader]: "another" } });
    });
    await page.getByText("The service was updated since this page was opened").waitFor();
    await page.mouse.move(...(await at(page, 0.5, 0.7)), { steps: 5 });
    await page.mouse.up();
    const drawn = await voxelsOf(page, "GTVp");
    expect(drawn.length).toBeGreaterThan(before);
    await drag(page, row(0.6));
    expect(await voxelsOf(page, "GTVp")).toEqual(drawn);
    await saved(page);
    await page.unroute("**/api/**/attend");
    await page.getByTestId("reload").click();
    await write(page);
    expect(await voxelsOf(page, "GTVp")).toEqual(drawn);
    expect(await replayed("GTVp")).toEqual(drawn);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
});

/** What ends a tab: the person, or the system. Each on a row of the image of its own. */
const ends = [
  { how: "is closed", row: 0.65, end: (page: Page) => page.close() },
  {
    how: "crashes",
    row: 0.8,
    end: async (page: Page) => {
      const crashed = page.waitForEvent("crash");
      const devtools = await page.context().newCDPSession(page);
      devtools.send("Page.crash").catch(() => undefined);
      await crashed;
    },
  },
];

test.for(ends.map(({ how, ...rest }) => [how, rest] as const))(
  "a tab that %s amid a long stroke keeps what was drawn before its last save but one",
  async ([, { row: y, end }]) => {
    const { page, close } = await openPage(server.url);
    try {
      await openReview(page, server.url, caseId);
      await write(page);
      const before = new Set(await voxelsOf(page, "GTVp"));
      await page.keyboard.press("b");
      await press(page, 0.1, y);
      const drawn: { readonly atMs: number; readonly places: readonly number[] }[] = [];
      const saves: { readonly beganMs: number }[] = [];
      const startTimes = new Map<Request, number>();
      page.on("request", (request) => startTimes.set(request, performance.now()));
      page.on("requestfinished", (request) => {
        const beganMs = startTimes.get(request);
        if (beganMs !== undefined && request.method() === "POST" && /\/log$/.test(request.url()))
          saves.push({ beganMs });
      });
      // Until the stroke was saved three times while it was drawn.
      for (let step = 0; saves.length < 3; step++) {
        await page.mouse.move(...(await at(page, 0.1 + 0.8 * ((step % 200) / 200), y)));
        drawn.push({ atMs: performance.now(), places: await voxelsOf(page, "GTVp") });
      }
      await end(page);
      const surely = drawn.findLast(({ atMs }) => atMs < (saves.at(-2)?.beganMs ?? 0))?.places ?? [];
      const added = surely.filter((place) => !before.has(place));
      expect(added.length).toBeGreaterThan(20);
      await expect
        .poll(async () => {
          const replayedPlaces = new Set(await replayed("GTVp"));
          return added.filter((place) => !replayedPlaces.has(place));
        })
        .toEqual([]);
    } finally {
      await close();
    }
  },
);

/** Places of the structure's voxels by the server's replay of the log. */
async function replayed(name: string): Promise<number[]> {
  const client = createClient(server.url);
  const { reviewId } = await client.call("showCase", { caseId }, undefined);
  const { structures } = await client.call("showReview", { reviewId: String(reviewId) }, undefined);
  const id = structures.find((structure) => structure.name === name)?.id;
  const mask = await client.mask(caseId, `structure:${id}`);
  const places: number[] = [];
  for (let place = 0; place < mask.length; place++) if (mask[place] === 1) places.push(place);
  return places;
}

/** A stroke across the body at a part of the image's height. */
function row(y: number): readonly (readonly [number, number])[] {
  return [
    [0.3, y],
    [0.6, y],
  ];
}

/** On the page, of a part of the axial image's width and height. */
async function at(page: Page, x: number, y: number): Promise<[number, number]> {
  const box = await page.getByTestId("viewport-axial").boundingBox();
  if (box === null) throw new Error("the axial view has no size");
  return [box.x + x * box.width, box.y + y * box.height];
}

/** A tab that was killed is the writer until it was not heard of for a while; the same person takes over from it. */
async function write(page: Page): Promise<void> {
  const [takeOver, tool] = [page.getByTestId("take-over"), page.locator('[data-testid="panel-brush"]')];
  await takeOver.or(tool).first().waitFor();
  if (await takeOver.isVisible()) await takeOver.click();
  await tool.waitFor();
}

async function press(page: Page, x: number, y: number): Promise<void> {
  await page.mouse.move(...(await at(page, x, y)));
  await page.mouse.down();
}
