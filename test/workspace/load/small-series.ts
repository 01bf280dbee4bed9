/** CT series of a few small slices, each of another synthetic person: what a queue is loaded with. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "#core/random.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { createGrid } from "#geometry/grid.ts";
import { generatePatient } from "#phantom/generate.ts";

type SeriesOptions = { readonly count: number; readonly slices: number };

const size = 64;

/** A folder for each below `folder`; gives their names. All have the middle slices of one phantom, and UIDs of their own. */
export function writeSmallSeries(folder: string, { count, slices }: SeriesOptions): string[] {
  const { grid, hu } = generatePatient(createRandom(1).fork(2), { size });
  const area = size * size;
  const first = (grid.size[2] - slices) >> 1;
  const part = hu.slice(first * area, (first + slices) * area);
  const small = createGrid([size, size, slices], grid.spacingMm, grid.origin);
  return Array.from({ length: count }, (_, at) => {
    const number = String(at + 1).padStart(5, "0");
    const person = {
      patientName: `LOAD^${number}`,
      patientId: `LOAD-${number}`,
      sex: "O",
      kernel: "B",
    } as const;
    const facts = { uidName: `load/${number}`, date: "20200101", time: "120000", ...person };
    mkdirSync(join(folder, number), { recursive: true });
    for (const { name, bytes } of writeCtSlices(small, part, facts))
      writeFileSync(join(folder, number, name), bytes);
    return number;
  });
}
