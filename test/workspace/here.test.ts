/** Contouring on this computer: the browser alone finds what Node.js finds, voxel by voxel, and sends nothing of the CT. */
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { silentProgress } from "#core/progress.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { rasteriseRoi } from "#dicom/rtstruct/rasterise-roi.ts";
import { readStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { countVoxels } from "#geometry/mask.ts";
import { loadModel, shippedModel } from "#model/run/load-model.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { judge } from "../judge.ts";
import { phantomFolder } from "../shared-inputs.ts";
import { seriousViolations } from "./axe.ts";
import { type OpenPage, openPage } from "./launch.ts";
import { type OwnServer, serveInProcess } from "./serve-in-process.ts";

let data: string;
let server: OwnServer;
let open: OpenPage;
const folders: string[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "delineate-here-"));
  // In the first the surest region has a rival, so that the network for clicks is asked, and the second network takes some away.
  for (const seed of [51, 42]) folders.push(await phantomFolder(seed, 64));
  // The page has both libraries of codecs to load.
  const slices = join(folders[0], "ct");
  const [first, second] = (await readdir(slices)).map((name) => join(slices, name));
  for (const [program, option, path] of [
    ["dcmcjpls", "+el", first],
    ["dcmcjpeg", "+e1", second],
  ] as const)
    expect(judge(program, [option, path, path])).toMatchObject({ status: 0 });
  server = await serveInProcess(join(data, "workspace"));
  open = await openPage(`${server.url}#/here`);
});
afterAll(async () => {
  await open.close();
  await server.stop();
  for (const folder of [data, ...folders.map((path) => join(path, ".."))])
    await rm(folder, { recursive: true, force: true });
});

/** The structure set that the page saves. */
async function savedSet() {
  const { page } = open;
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save RTSTRUCT" }).click(),
  ]);
  const path = join(data, "saved.dcm");
  await download.saveAs(path);
  return readStructureSet(readDicom(new Uint8Array(await readFile(path)), path).dataSet);
}

test("the contour is Node's, voxel by voxel, and nothing of the CT is sent", async () => {
  const { page } = open;
  const [sent, fetched]: string[][] = [[], []];
  page.on("request", (request) => {
    fetched.push(request.url());
    if (request.method() !== "GET" || request.postData() !== null) sent.push(request.url());
  });
  await page.getByTestId("here-folder").setInputFiles(folders[0]);
  await page.getByTestId("here-result").waitFor();
  console.info(`In the browser: ${await page.getByTestId("here-speed").innerText()}`);
  const [roi] = (await savedSet()).rois;
  expect(roi.name).toBe("GTV_AUTO");
  const ct = await readCtFolder(folders[0]);
  const { mask } = rasteriseRoi(roi, ct.grid, ct.slices);
  const model = await loadModel(shippedModel);
  const clicks = vi.fn(model.clicks);
  const options = { cleanUp: "tumour", progress: silentProgress } as const;
  const inNode = await contourCt(ct, { ...model, clicks }, options);
  const alone = await contourCt(ct, { ...model, second: undefined }, options);
  await model.dispose();
  expect(clicks).toHaveBeenCalled();
  expect(countVoxels(inNode.mask)).toBeLessThan(countVoxels(alone.mask));
  expect(inNode.mask.data.includes(1)).toBe(true);
  expect(Buffer.compare(mask.data, inNode.mask.data)).toBe(0);
  expect(sent).toEqual([]);
  for (const helper of ["click", "second"])
    expect(fetched.some((url) => url.endsWith(`/api/models/${helper}/file`))).toBe(true);
  for (const codec of ["charls", "native-codecs"])
    expect(fetched.some((url) => url.endsWith(".wasm") && url.includes(codec))).toBe(true);
  expect(await page.locator("main").innerText()).toContain("not reviewed");
});

test("of several series one is chosen; what holds no CT, or single slices, says so", async () => {
  const { page } = open;
  const both = join(data, "both");
  for (const [index, folder] of folders.entries())
    await cp(folder, join(both, String(index)), { recursive: true });
  await page.getByTestId("here-folder").setInputFiles(both);
  await page.getByText("These files hold 2 CT series.").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await page.locator(".here-series button").nth(1).click();
  await page.getByTestId("here-result").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  const uids = await Promise.all(
    folders.map(async (folder) => (await readCtFolder(folder)).seriesInstanceUid),
  );
  expect((await savedSet()).referencedSeries).toEqual([uids.sort()[1]]);

  await page.getByTestId("here-folder").setInputFiles(join(import.meta.dirname));
  await page.getByText("There is no CT image among these files.").waitFor();

  const slices = join(data, "slices");
  for (const folder of folders)
    await cp(join(folder, "ct/ct-0002.dcm"), join(slices, basename(dirname(folder))));
  await page.getByTestId("here-folder").setInputFiles(slices);
  await page.getByText("What you chose holds 2 CT series of one slice each").waitFor();
  expect(open.faults).toEqual([]);
});

test("a folder whose files are still being looked for is said to be, and does not take the place of what is chosen after it", async () => {
  const { page } = open;
  await page.evaluate(dropSlowFolder);
  await page.getByText("Looking through the folder").waitFor();
  await page.getByTestId("here-folder").setInputFiles(join(data, "both"));
  await page.getByText("These files hold 2 CT series.").waitFor();
  // A task later the page has heard of it.
  await page.evaluate("delineateWalk.end(), new Promise((done) => setTimeout(done, 0))");
  expect(await page.locator(".here-series button").count()).toBe(2);
  expect(open.faults).toEqual([]);
});

/** Text for the page: a folder without files, dropped, of which the page hears when \`delineateWalk.end()\` is called. */
const dropSlowFolder = `(() => {
  const readEntries = (done) => { globalThis.delineateWalk = { end: () => done([]) }; };
  const entry = { isFile: false, isDirectory: true, name: "slow", createReader: () => ({ readEntries }) };
  DataTransferItem.prototype.webkitGetAsEntry = () => entry;
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(["text"], "any.txt"));
  window.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
})()`;
