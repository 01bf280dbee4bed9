/** A patient to begin with, for tests in which adding one is not the subject: imported and contoured over HTTP. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { phantomFolder } from "../shared-inputs.ts";
import { createClient } from "./client.ts";

export type Patient = Awaited<ReturnType<typeof addPatient>>;

/** A phantom of 128 x 128 voxels a slice with its true tumour as imported contour, waiting for review. */
export async function addPatient(url: string, seed: number) {
  const folder = await phantomFolder(seed, 128);
  const client = createClient(url);
  try {
    const { cases } = await client.importFolder(folder);
    const { id: caseId } = await client.waitFor(cases[0].id, ["to-review", "failed"]);
    return { client, caseId };
  } finally {
    await rm(join(folder, ".."), { recursive: true, force: true });
  }
}

/** Opens the review and resolves when its axial image is painted. */
export async function openReview(page: Page, url: string, caseId: string): Promise<void> {
  await page.goto(`${url}/#/case/${caseId}`);
  await page.locator('[data-testid="viewport-axial"][data-rendered]').waitFor();
}
