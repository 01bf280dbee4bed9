/** The lines of a CSV log that a resumed training keeps. */
import { readFile } from "node:fs/promises";
import { formatCsv, splitCsv } from "#formats/csv.ts";
import { writeFileAtomic } from "#platform/write-file.ts";

/**
 * Cuts the log at `path` back to its lines up to number `done`, which stands in the first column, and gives them; begins it with the
 * header. A line that a kill cut short would be taken for that of an early number: 12 of 1234.
 */
export async function keptLines(path: string, header: readonly string[], done: number): Promise<string[][]> {
  const before = done === 0 ? "" : await readFile(path, "utf8").catch(() => "");
  const lines = splitCsv(before)
    .filter(({ length }) => length === header.length)
    .filter(([number]) => /^\d/.test(number) && Number(number) <= done);
  await writeFileAtomic(path, formatCsv([header, ...lines]), { force: true });
  return lines;
}
