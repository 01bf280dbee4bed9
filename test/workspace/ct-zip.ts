/** A synthetic patient as the zip that a person drops on the page. */
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { silentProgress } from "#core/progress.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";

/** Folder with `ct/` and `rtstruct.dcm` (the true tumour, ROI GTV) of one phantom. */
export async function phantomFolder(seed: number, size: number): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), "delineate-phantom-"));
  await makePhantoms({ patients: 1, first: 1, seed, size, out }, silentProgress);
  return join(out, "patient-0001");
}

/** Path of a zip beside the folder with its DICOM files, not compressed further. */
export async function zipOf(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const files: Record<string, Uint8Array> = {};
  for (const name of names.filter((entry) => entry.endsWith(".dcm"))) {
    files[`patient/${name}`] = new Uint8Array(await readFile(join(folder, name)));
  }
  const path = `${folder}.zip`;
  await writeFile(path, zipSync(files, { level: 0 }));
  return path;
}
