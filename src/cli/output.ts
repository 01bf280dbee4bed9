/** What every verb does alike: results to standard output as text or JSON, talk to standard error, colour where wanted. */
import { styleText } from "node:util";
import { codeOf, DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import { logEvent } from "#platform/json-log.ts";
import { printable, printableJson } from "#platform/printable.ts";

/** The result of a verb: `--json` prints the value for machines, otherwise the text for a person. */
export function printResult(json: boolean | undefined, value: unknown, text: string): void {
  const shown = json ? printableJson(JSON.stringify(value, null, 2)) : printable(text);
  process.stdout.write(`${shown}\n`);
}

/** One line of talk. */
export function say(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

const colours = { info: "cyan", warning: "yellow", error: "red" } as const;

/** Reports a program that goes on, as talk or, for machines that gather logs, as a line of JSON for each event. */
export function reporter(log: "text" | "json") {
  return {
    fault: log === "text" ? sayFault : (error: unknown) => logEvent("fault", factsOf(error)),
    event: log === "text" ? () => undefined : logEvent,
  };
}

/** As the system and PostgreSQL (SQLSTATE disk_full) call it. */
const diskFull = new Set(["ENOSPC", "53100"]);

function factsOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof DelineateError) return { code: error.code, message: error.message };
  // No fault of the program, and it meets every request: its stack would bury the log.
  if (error instanceof Error && diskFull.has(codeOf(error)))
    return { code: "disk-full", message: error.message };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "unexpected", message };
}

/** A fault of a program that goes on: a sentence where there is one, otherwise the stack. */
function sayFault(error: unknown): void {
  const { code, message } = factsOf(error);
  say(code === "unexpected" ? message : `(${code}) ${message}`);
}

/** So many alike in one ROI are said one by one. */
const fewAlike = 3;

/**
 * Findings as lines: severity, where, sentence. Of many alike, about contours of one ROI, the first one and their number: hundreds of
 * lines would hide what else was found. Errors are all said.
 */
export function sayFindings(findings: readonly Finding[]): void {
  const kindOf = ({ severity, code, where }: Finding): string =>
    [severity, code, where?.replace(/, (contour|slice) \d+$/, "")].join("\n");
  for (const alike of Map.groupBy(findings, kindOf).values()) {
    const isMany = alike.length > fewAlike && alike[0].severity !== "error";
    const more = isMany ? ` (and ${alike.length - 1} more like it)` : "";
    for (const { severity, where, message } of isMany ? alike.slice(0, 1) : alike)
      say(`${coloured(severity, colours[severity])}: ${where ? `${where}: ` : ""}${message}${more}`);
  }
}

/** Coloured on a terminal that wants it; `NO_COLOR` and a pipe are respected. */
export function coloured(text: string, colour: "cyan" | "yellow" | "red" | "green" | "bold" | "dim"): string {
  return styleText(colour, text, { stream: process.stderr });
}

/** Rows as aligned columns, each cell on its line; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  // One by one: a call takes no hundred thousand values at once, and the slices of a thousand patients are as many rows.
  const widths = header.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, row[column].length), title.length),
  );
  const isNumber = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^[-−–<+\d.,%±e ]*$/.test(row[column])),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** By what a contour was made, and that nobody reviewed it. */
export function modelLine({
  name,
  version,
  digest,
}: Readonly<Record<"name" | "version" | "digest", string>>): string {
  return `model ${name} ${version} (sha256 ${digest.slice(0, 12)}), automatic, not reviewed, research use only`;
}
