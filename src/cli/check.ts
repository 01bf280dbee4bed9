/** `delineate check` on the command line: exit code 1 if an error was found. */
import type { Command } from "commander";
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import type { Violation } from "#dicom/check/rule.ts";
import { check } from "#patients/check.ts";
import { coloured, printResult } from "./output.ts";

export function checkVerb(command: Command): void {
  command
    .option(
      "--ct <DIR>",
      "the CT that it was drawn on: also checks patient, references, planes, and that GTV, CTV and PTV lie in each other",
    )
    .option("--series <UID>", "which CT series, if --ct holds several")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate check gtv.dcm --ct patient/ct\n  $ delineate check gtv.dcm --json",
    )
    .action(async (path: string, options: { ct?: string; series?: string; json?: boolean }) => {
      if (options.series !== undefined && options.ct === undefined)
        throw new DelineateError("usage", "--series belongs to --ct.");
      const result = await check(path, options.ct, options.series);
      const lines = alike(result.violations).map(describe);
      const scope = result.againstCt
        ? "against its CT"
        : "by itself (add --ct to check patient, references, planes and targets)";
      lines.push(
        `${counted(result.errors, "error")}, ${counted(result.warnings, "warning")}, checked ${scope}.`,
      );
      printResult(options.json, result, lines.join("\n"));
      if (result.errors > 0) process.exitCode = 1;
    });
}

/** Violations of one rule in one ROI, or in one part of the file without ROIs: a set may break a rule with each of a thousand contours. */
function alike(violations: readonly Violation[]): Violation[][] {
  const keyOf = ({ severity, rule, tagPath }: Violation): string =>
    `${severity} ${rule} ${tagPath.replace(/(\/|, slice ).*/, "")}`;
  return [...Map.groupBy(violations, keyOf).values()];
}

function describe([first, ...others]: readonly Violation[]): string {
  const { severity, rule, tagPath, found, expected, remedy } = first;
  const lines = [
    `${coloured(severity, severity === "error" ? "red" : "yellow")} ${rule}: ${tagPath}`,
    `    found:    ${found}`,
    `    expected: ${expected}`,
    `    remedy:   ${remedy}`,
  ];
  if (others.length > 0) lines.push(`    and ${others.length} more like it: --json lists all`);
  return lines.join("\n");
}
