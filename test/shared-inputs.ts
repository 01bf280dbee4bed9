/**
 * What many test files need and takes seconds to make, made once for a run of the suite: the records of an empty workspace
 * (PostgreSQL's first start) and phantoms. Each user gets a copy of its own.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentProgress } from "#core/progress.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import { openWorkspace } from "#workspace/workspace.ts";

/** Names the folder of this run, with `workspace/` and `phantoms/`; benches have none. Workers of the suite inherit it. */
const variable = "DELINEATE_SHARED_INPUTS";

/** Vitest calls it before all tests; what it returns, after them. */
export async function setup(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "shared-inputs-"));
  mkdirSync(join(folder, "phantoms"));
  await (await openWorkspace(join(folder, "workspace"))).close();
  process.env[variable] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Makes `data` a data folder that was served before, with nothing in it; nothing where it is there, or in a bench. */
export function emptyWorkspace(data: string): void {
  const folder = process.env[variable];
  if (folder !== undefined && !existsSync(data)) cpSync(join(folder, "workspace"), data, { recursive: true });
}

/** Folder with `ct/` and `rtstruct.dcm` (the true tumour, ROI GTV) of one phantom; its parent is the caller's to remove. */
export async function phantomFolder(seed: number, size: number): Promise<string> {
  const own = mkdtempSync(join(tmpdir(), "phantom-"));
  const shared = join(process.env[variable] ?? own, "phantoms", `${seed}-${size}`);
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
  cpSync(join(shared, "patient-0001"), join(own, "patient-0001"), { recursive: true });
  return join(own, "patient-0001");
}
