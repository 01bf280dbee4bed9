/** `delineate deidentify` and `delineate reidentify` on the command line. */
import type { Command } from "commander";
import { counted } from "#core/counted.ts";
import { deidentifyFolder } from "#patients/deidentify/deidentify-folder.ts";
import { reidentifyFile } from "#patients/deidentify/reidentify-file.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { printResult, sayFindings } from "./output.ts";

export function deidentifyVerb(command: Command): void {
  command
    .requiredOption("--out <DIR>", "new folder for what is written")
    .requiredOption(
      "--key <FILE>",
      "tells whose the data is; made where it is not there, and used again for more of the same patients",
    )
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nPS3.15 annex E, basic profile: names, numbers, times, comments and private elements leave; UIDs are replaced, dates moved\nby a number of days of each patient's own; a structure's name stays where it says only what the structure is.\n\nExamples:\n  $ delineate deidentify /archive/patients --out /share/patients --key /safe/key.json",
    )
    .action(async (source: string, { json, ...request }: { out: string; key: string; json?: boolean }) => {
      const signal = interruptSignal("Stopping; no folder is written.");
      const result = await deidentifyFolder(
        { source, ...request },
        { progress: createTerminalProgress(), signal },
      );
      sayFindings(result.findings);
      const files = Object.entries(result.files).map(([kind, count]) => `${count} ${kind}`);
      const done =
        result.patients === 0
          ? `Nothing was written: ${source} holds no CT, structure set or segmentation that can be de-identified.`
          : `${counted(result.patients, "patient")} in ${request.out}: ${files.join(", ")}. Keep ${request.key} apart from it.`;
      printResult(json, result, done);
      if (result.patients === 0) process.exitCode = 1;
    });
}

export function reidentifyVerb(command: Command): void {
  command
    .requiredOption("--key <FILE>", "of the de-identification")
    .requiredOption("--out <FILE>", "what is written")
    .option("--force", "overwrite --out", false)
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate reidentify P0A1B2C3D4E5F.dcm --key /safe/key.json --out gtv.dcm",
    )
    .action(async (file: string, options: { key: string; out: string; force: boolean }) => {
      await reidentifyFile({ file, ...options });
      printResult(false, null, `${options.out} belongs to the patient's own CT again.`);
    });
}
