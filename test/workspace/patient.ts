/** A patient to begin with, for tests in which adding one is not the subject: imported and contoured over HTTP. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { phantomFolder, sharedCopy } from "../shared-inputs.ts";
import { createClient } from "./client.ts";
import { type OwnServer, serveInProcess } from "./serve-in-process.ts";

export type Patient = Awaited<ReturnType<typeof addPatient>>;

/** A phantom of 128 x 128 voxels a slice with its true tumour as imported contour, or without; it waits for review. */
export async function addPatient(url: string, seed: number, withSet = true) {
  const folder = await phantomFolder(seed, 128);
  const client = createClient(url);
  try {
    const { cases } = await client.importFolder(withSet ? folder : join(folder, "ct"));
    const { id: caseId } = await client.waitFor(cases[0].id, ["to-review", "failed"]);
    return { client, caseId };
  } finally {
    await rm(join(folder, ".."), { recursive: true, force: true });
  }
}

/** A data folder with that patient in `data`, contoured once for a run of the suite. */
export function contouredWorkspace(data: string, seed: number, withSet: boolean): Promise<void> {
  return sharedCopy(`contoured-${seed}${withSet ? "" : "-ct"}`, data, async (folder) => {
    const server = await serveInProcess(folder);
    try {
      await addPatient(server.url, seed, withSet);
    } finally {
      await server.stop();
    }
  });
}

/** Case id of the only patient in the data folder. */
export async function onlyPatient(data: string): Promise<string> {
  const [caseId] = await readdir(join(data, "cases"));
  return caseId;
}

/** A server on `data` in this process, with that patient and its imported contour. */
export async function serveWithPatient(
  data: string,
  seed: number,
): Promise<{ readonly server: OwnServer; readonly patient: Patient }> {
  await contouredWorkspace(data, seed, true);
  const server = await serveInProcess(data);
  return { server, patient: { client: createClient(server.url), caseId: await onlyPatient(data) } };
}

/** Opens the review and resolves when its axial image is painted. */
export async function openReview(page: Page, url: string, caseId: string): Promise<void> {
  await page.goto(`${url}/#/case/${caseId}`);
  await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
}
