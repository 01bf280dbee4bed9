/** `delineate diff` on the command line. */
import type { Command } from "commander";
import { hasErrors } from "#core/findings.ts";
import { diffStructureSets } from "#evaluate/run/diff.ts";
import { printResult, sayFindings, table } from "./output.ts";

export function diffVerb(command: Command): void {
  command
    .requiredOption("--ct <DIR>", "the CT that both were drawn on")
    .option("--series <UID>", "which CT series, if --ct holds several")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nAn ROI that cannot be had whole is not compared: an error says why, the others are compared, and the exit code is 1.\n\nExamples:\n  $ delineate diff automatic.dcm edited.dcm --ct patient/ct\n  $ delineate diff a.dcm b.dcm --ct patient/ct --json",
    )
    .action(async (a: string, b: string, options: { ct: string; series?: string; json?: boolean }) => {
      const result = await diffStructureSets(a, b, options.ct, options.series);
      const show = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? "";
      sayFindings(result.findings);
      const rows = result.rois.map(({ name, newName, change, volumeCcA, volumeCcB, dsc, movedMm }) => [
        newName === undefined ? name : `${name} -> ${newName}`,
        change,
        show(volumeCcA, 2),
        show(volumeCcB, 2),
        show(dsc, 4),
        show(movedMm, 2),
      ]);
      printResult(
        options.json,
        result,
        table(["ROI", "change", "cc in A", "cc in B", "DSC", "moved mm"], rows),
      );
      if (hasErrors(result.findings)) process.exitCode = 1;
    });
}
