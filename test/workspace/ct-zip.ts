/** A synthetic patient as the zip that a person drops on the page. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";

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
