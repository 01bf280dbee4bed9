/**
 * What many test files need and takes seconds to make, made once for a run of the suite: the records of an empty workspace
 * (PostgreSQL's first start) and phantoms. Each user gets a copy of its own.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import type { TestProject } from "vitest/node";
import { silentProgress } from "#core/progress.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import { openWorkspace } from "#workspace/workspace.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of this run with `workspace/` and `phantoms/`. */
    sharedInputs: string;
  }
}

/** Vitest calls it before all tests; what it returns, after them. */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "shared-inputs-"));
  mkdirSync(join(folder, "phantoms"));
  await (await openWorkspace(join(folder, "workspace"))).close();
  project.provide("sharedInputs", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Makes `data` a data folder that was served before, with nothing in it, unless it is there already. */
export function emptyWorkspace(data: string): void {
  if (!existsSync(data)) cpSync(join(inject("sharedInputs"), "workspace"), data, { recursive: true });
}

/** Folder with `ct/` and `rtstruct.dcm` (the true tumour, ROI GTV) of one phantom; its parent is the caller's to remove. */
export async function phantomFolder(seed: number, size: number): Promise<string> {
  const shared = join(inject("sharedInputs"), "phantoms", `${seed}-${size}`);
  if (!existsSync(shared)) {
    const out = `${shared}-${process.pid}`;
    await makePhantoms({ patients: 1, first: 1, seed, size, out }, silentProgress);
    try {
      renameSync(out, shared);
    } catch {
      // Another test file made it meanwhile: the two are the same.
      rmSync(out, { recursive: true });
    }
  }
  const own = mkdtempSync(join(tmpdir(), "phantom-"));
  cpSync(join(shared, "patient-0001"), join(own, "patient-0001"), { recursive: true });
  return join(own, "patient-0001");
}
