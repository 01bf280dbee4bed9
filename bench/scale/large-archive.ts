/**
 * An export as it lies on a disk: folders of 500 files, three of four no DICOM, the others slices of CTs that nobody contoured.
 * What stands behind their headers is a hole as long as the pixels of 512 x 512: a scan must not read it, nor keep it.
 */
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyOf, type Original } from "./copied-patients.ts";

const pixels = 2 * 512 * 512;

export function writeLargeArchive(folder: string, original: Original, files: number): void {
  const slices = [...original.files].flatMap(([path, bytes]) => (path.startsWith("ct") ? [bytes] : []));
  const text = Buffer.from("Report of a study that is none.\n".repeat(60));
  for (let number = 0; number < files; number++) {
    const place = join(folder, `study-${String(Math.floor(number / 500)).padStart(4, "0")}`);
    if (number % 500 === 0) mkdirSync(place, { recursive: true });
    if (number % 4 > 0) {
      writeFileSync(join(place, `${number}.txt`), text);
      continue;
    }
    const image = number / 4;
    const path = join(place, String(number));
    // Numbers past the cohorts' patients: these are other persons.
    writeFileSync(path, copyOf(slices[image % slices.length], 5000 + Math.floor(image / slices.length)));
    truncateSync(path, pixels);
  }
}
