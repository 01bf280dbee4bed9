/** Comma-separated text to records and back (RFC 4180): quoted fields, either line ending, a byte order mark. */

/** One record a line, by the names of the first line; a line shorter than that has empty texts. */
export function parseCsv(text: string): Record<string, string>[] {
  const [header = [], ...lines] = splitFields(text.replace(/^\uFEFF/, ""));
  return lines
    .filter((fields) => fields.some((field) => field !== ""))
    .map((fields) => Object.fromEntries(header.map((name, index) => [name.trim(), fields[index] ?? ""])));
}

/** Lines of fields as text, fields quoted where they must be. */
export function formatCsv(lines: readonly (readonly (string | number)[])[]): string {
  const quoted = (field: string | number): string =>
    /[",\r\n]/.test(String(field)) ? `"${String(field).replaceAll('"', '""')}"` : String(field);
  return `${lines.map((line) => line.map(quoted).join(",")).join("\n")}\n`;
}

function splitFields(text: string): string[][] {
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
    else if (character === ",") endField();
    else if (character === "\n") {
      endField();
      lines.push([]);
    } else if (character !== "\r") field += character;
  }
  endField();
  return lines;
}
