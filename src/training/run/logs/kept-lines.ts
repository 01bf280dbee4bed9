/** The lines of a CSV log: those that a resumed training keeps, and further ones. */
import { appendFile, readFile } from "node:fs/promises";
import { formatCsv, splitCsv } from "#formats/csv.ts";
import { throwUnwritable, writeFileAtomic } from "#platform/write-file.ts";

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

/** Throws `file-unwritable`; what was written of the lines by then the next resumption cuts off. */
export async function appendLines(path: string, lines: string): Promise<void> {
  await appendFile(path, lines).catch(throwUnwritable(path));
}
