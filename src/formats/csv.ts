/**
 * Comma-separated text to records and back (RFC 4180). Reads quoted fields, either line ending and a byte order mark; every table
 * that is written as CSV, whole or line by line, is written here: lines end with CRLF, a field is quoted where it must be.
 */
import { indexOfGreatest } from "#core/greatest.ts";

const separators = [",", ";", "\t"];

/**
 * One record a line, by the names of the first line; a line shorter than that has empty texts. What separates fields is what
 * separates the first line and another one alike, into the most: spreadsheets write semicolons where the comma is a decimal point, and tabs.
 */
export function parseCsv(text: string): Record<string, string>[] {
  const table = text.replace(/^\uFEFF/, "");
  const tables = separators.map((separator) => splitCsv(table, separator));
  // A semicolon within a name of a column parts no line below it.
  const columns = tables.map(([names, ...others]) =>
    others.some(({ length }) => length === names.length) ? names.length : 1,
  );
  const [header = [], ...lines] = tables[indexOfGreatest(columns)];
  return lines
    .filter((fields) => fields.some((field) => field !== ""))
    .map((fields) => Object.fromEntries(header.map((name, index) => [name.trim(), fields[index] ?? ""])));
}

export type CsvCell = string | number | null | undefined;

/** Lines of fields as text; what is null or undefined is an empty field. */
export function formatCsv(lines: readonly (readonly CsvCell[])[]): string {
  return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

function quoted(cell: CsvCell): string {
  const field = String(cell ?? "");
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** The fields of each line, the last line's end included as a line of one empty field. */
export function splitCsv(text: string, separator = ","): string[][] {
  const lines: string[][] = [[]];
  let field = "";
  let quoted = false;
  const endField = (): void => {
    lines[lines.length - 1].push(field);
    field = "";
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text[++at];
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === separator) endField();
    else if (character === "\n") {
      endField();
      lines.push([]);
    } else if (character !== "\r") field += character;
  }
  endField();
  return lines;
}
