/**
 * What many test files need and takes seconds to make, made once for a run of the suite: the records of an empty workspace
 * (PostgreSQL's first start) and phantoms. Each user gets a copy of its own.
 */
import { chmodSync, cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentProgress } from "#core/progress.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import { openWorkspace } from "#workspace/workspace.ts";

/** Names the folder of this run; benches have none. Workers of the suite inherit it. */
const variable = "DELINEATE_SHARED_INPUTS";

/** Vitest calls it before all tests, of all projects; what it returns, after them. */
export async function setup(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "delineate-tests-"));
  // PostgreSQL's server, a user of its own, has its folder in it.
  chmodSync(folder, 0o755);
  // What tests and the programs that they kill leave goes with it.
  process.env.TMPDIR = folder;
  const inputs = join(folder, "shared-inputs");
  await (await openWorkspace(join(inputs, "workspace"))).close();
  process.env[variable] = inputs;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Makes `data` a data folder that was served before, with nothing in it; nothing where it was served, or in a bench. */
export function emptyWorkspace(data: string): void {
  const folder = process.env[variable];
  if (folder === undefined || existsSync(join(data, "records"))) return;
  cpSync(join(folder, "workspace"), data, { recursive: true });
}

/** Copies to `to` what `make` makes in an empty folder, once for a run of the suite by `name`. */
export async function sharedCopy(
  name: string,
  to: string,
  make: (folder: string) => Promise<unknown>,
): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), "shared-"));
  const shared = join(process.env[variable] ?? temporary, name);
  if (!existsSync(shared)) {
    const making = `${shared}-${process.pid}`;
    await make(making);
    try {
      renameSync(making, shared);
    } catch {
      // Another test file made it meanwhile: the two are the same.
      rmSync(making, { recursive: true });
    }
  }
  cpSync(shared, to, { recursive: true });
  rmSync(temporary, { recursive: true });
}

/** Makes `to` a cohort of phantoms: those of `delineate phantom` with this seed and size, from the first one. */
export async function phantomCohort(
  to: string,
  { patients, seed, size }: { readonly patients: number; readonly seed: number; readonly size: number },
): Promise<void> {
  for (let first = 1; first <= patients; first++)
    await sharedCopy(`phantom-${seed}-${size}-${first}`, to, (out) =>
      makePhantoms({ patients: 1, first, seed, size, out }, silentProgress),
    );
}

/** Folder with `ct/` and `rtstruct.dcm` (the true tumour, ROI GTV) of one phantom; its parent is the caller's to remove. */
export async function phantomFolder(seed: number, size: number): Promise<string> {
  const cohort = mkdtempSync(join(tmpdir(), "phantom-"));
  await phantomCohort(cohort, { patients: 1, seed, size });
  return join(cohort, "patient-0001");
}
