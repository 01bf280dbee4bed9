/** `delineate check` on the command line: exit code 1 if an error was found. */
import type { Command } from "commander";
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
      const result = await check(path, options.ct, options.series);
      const lines = result.violations.map(
        ({ severity, rule, tagPath, found, expected, remedy }) =>
          `${coloured(severity, severity === "error" ? "red" : "yellow")} ${rule}: ${tagPath}\n    found:    ${found}\n    expected: ${expected}\n    remedy:   ${remedy}`,
      );
      const scope = result.againstCt
        ? "against its CT"
        : "by itself (add --ct to check patient, references, planes and targets)";
      lines.push(`${result.errors} errors, ${result.warnings} warnings, checked ${scope}.`);
      printResult(options.json, result, lines.join("\n"));
      if (result.errors > 0) process.exitCode = 1;
    });
}
