/**
 * OHIF in headless Chromium on a study of the workspace: from another origin, over /api/dicom-web, with a password. It opens the CT and
 * the signed RTSTRUCT, and a picture is taken. With "orthanc" the same from Debian's Orthanc, to which this program sent them.
 * OHIF's built page is fetched from npm into a temporary folder (48 MB), or taken from the unpacked package that OHIF names.
 * Usage: npm run bench ohif [PICTURE.png] [orthanc]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { dicomWebRoot } from "#contract/workspace/dicom-web.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { retrieve, storeInstance, type WebPeer } from "#pacs/dicomweb/client.ts";
import { freePort, startOrthanc } from "../test/pacs/orthanc.ts";
import { addAccounts, password } from "../test/workspace/accounts.ts";
import { openPhantomServer } from "../test/workspace/phantom-server.ts";

const ohifVersion = "3.12.10";
const [picture = join(tmpdir(), "ohif.png"), from] = process.argv.slice(2);
const login = { username: "viewer", password };
const folder = mkdtempSync(join(tmpdir(), "ohif-"));

/** Where OHIF's built page lies. */
function ohifPage(): string {
  const unpacked = process.env.OHIF;
  if (unpacked !== undefined) return join(unpacked, "dist");
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder, `@ohif/app@${ohifVersion}`]);
  execFileSync("tar", ["xzf", join(folder, `ohif-app-${ohifVersion}.tgz`), "-C", folder]);
  return join(folder, "package", "dist");
}

/** An extension of a few lines says who signs in: OHIF by itself knows sign-in by another service alone. */
function configOf(root: string): string {
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  const configuration = {
    friendlyName: "Delineate",
    name: "delineate",
    qidoRoot: root,
    wadoRoot: root,
    qidoSupportsIncludeField: true,
    supportsWildcard: true,
    imageRendering: "wadors",
    thumbnailRendering: "wadors",
    enableStudyLazyLoad: true,
  };
  const namespace = "@ohif/extension-default.dataSourcesModule.dicomweb";
  const config = {
    routerBasename: "/",
    modes: [],
    showStudyList: true,
    maxNumberOfWebWorkers: 2,
    showLoadingIndicator: true,
    strictZSpacingForVolumeViewport: true,
    maxNumRequests: { interaction: 10, thumbnail: 5, prefetch: 5 },
    defaultDataSourceName: "delineate",
    dataSources: [{ namespace, sourceName: "delineate", configuration }],
  };
  return `window.config = {
  ...${JSON.stringify(config)},
  extensions: [{
    id: "sign-in",
    preRegistration: ({ servicesManager }) =>
      servicesManager.services.userAuthenticationService.setServiceImplementation({
        getAuthorizationHeader: () => ({ Authorization: ${JSON.stringify(basic)} }),
      }),
  }],
};`;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** OHIF's page on an origin of its own; what begins with /pacs is handed on to a PACS that admits no other origin. */
async function serveOhif(port: number, config: string, pacs?: string): Promise<() => void> {
  const page = ohifPage();
  const server = createServer((incoming, answer) => {
    const path = new URL(incoming.url ?? "/", "http://x").pathname;
    if (pacs !== undefined && path.startsWith("/pacs")) {
      handOn(incoming, answer, pacs + (incoming.url ?? "").slice("/pacs".length));
      return;
    }
    const file = join(page, path);
    const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() === true;
    const servedFile = isFile ? file : join(page, "index.html");
    answer.setHeader("content-type", types[extname(servedFile)] ?? "application/octet-stream");
    answer.end(path === "/app-config.js" ? config : readFileSync(servedFile));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return () => {
    server.closeAllConnections();
    server.close();
  };
}

function handOn({ headers, method }: IncomingMessage, answer: ServerResponse, url: string): void {
  const { accept, authorization } = headers;
  request(url, { method, headers: { accept, authorization } }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  }).end();
}

/** The study in the viewer; the structure set of that label is opened as a person opens it. */
async function openStudy(page: Page, origin: string, study: string): Promise<string> {
  await page.goto(`${origin}/viewer?StudyInstanceUIDs=${study}`);
  await page.locator("canvas").first().waitFor();
  // The tour for newcomers, and what it is for.
  await page.getByText("Skip all").click();
  await page.getByText("Confirm and hide").click();
  const sets = page.locator('[data-cy="study-browser-thumbnail-no-image"]');
  await sets.last().waitFor();
  const titles = await page.locator('[data-cy^="study-browser-thumbnail"]').allInnerTexts();
  await sets.filter({ hasText: "Reviewed" }).dblclick();
  // It shows the slice of the first contour, and asks whether to work with the set.
  const yes = page.locator('[data-cy="yes-hydrate-btn"]');
  await yes.click();
  await yes.waitFor({ state: "hidden" });
  return titles.map((title) => title.replace(/\s+/g, " ")).join(" | ");
}

const [ohifPort, orthanc] = [
  await freePort(),
  from === "orthanc" ? await startOrthanc({ web: login }) : undefined,
];
const origin = `http://127.0.0.1:${ohifPort}`;
const server = await openPhantomServer(20, { contoured: "ct", prepare: addAccounts, viewers: [origin] });
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--enable-unsafe-swiftshader", "--use-angle=swiftshader"],
});
try {
  const { client, caseId } = server;
  await client.signIn("approver", password);
  const opening = { start: "assisted", reviewer: "x", fresh: false } as const;
  const { id: reviewId } = await client.call("openReview", { caseId }, opening);
  const approval = { reviewer: "x", comment: "", unseenReason: "A trial." };
  await client.call("approve", { reviewId }, approval);

  const delineateUrl = `${client.base}${dicomWebRoot}`;
  const signed = await client.bytes(`/api/cases/${caseId}/versions/1/rtstruct`);
  const study = text(readDicom(signed, "it").dataSet, tags.StudyInstanceUID) ?? "";
  if (orthanc !== undefined) {
    const [source, destination]: WebPeer[] = [delineateUrl, orthanc.webUrl].map((url) => ({
      url,
      username: login.username,
      secret: login.password,
    }));
    for await (const bytes of retrieve(source, { study })) {
      const uid = text(readDicom(bytes, "it").dataSet, tags.SOPInstanceUID) ?? "";
      await storeInstance(destination, bytes, uid);
    }
  }
  const close = await serveOhif(
    ohifPort,
    configOf(orthanc === undefined ? delineateUrl : `${origin}/pacs`),
    orthanc?.webUrl,
  );
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(120_000);
  const failed: string[] = [];
  page.on("response", (response) => {
    if (response.status() >= 400) failed.push(`${response.status()} ${new URL(response.url()).pathname}`);
  });
  page.on("pageerror", (error) => failed.push(error.message));
  try {
    console.log(`OHIF ${ohifVersion} lists: ${await openStudy(page, origin, study)}`);
  } finally {
    // Contours are drawn a moment later.
    await page.waitForTimeout(5000);
    await page.screenshot({ path: picture });
    console.log(`Requests that failed: ${failed.join(", ") || "none"}. Picture: ${picture}`);
    close();
  }
} finally {
  await browser.close();
  await server.close();
  await orthanc?.close();
  rmSync(folder, { recursive: true, force: true });
}
