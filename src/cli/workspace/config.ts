/** `delineate config check`: a clinic's configuration, problem by problem, and what its rules would do with a folder. */

import { join } from "node:path";
import type { Command } from "commander";
import { counted } from "#core/counted.ts";
import { DelineateError, errorCodes } from "#core/errors.ts";
import { problemsOf } from "#pacs/rules/read-clinic.ts";
import { readIdentity } from "#pacs/rules/read-identity.ts";
import { rulesOnFolder, type SeriesRule } from "#pacs/rules/rules-on-folder.ts";
import { findModel } from "#workspace/records/models.ts";
import { printResult, table } from "../output.ts";

type Options = { readonly on?: string; readonly data?: string; readonly json?: boolean };

export function configVerb(command: Command): void {
  command.addHelpText(
    "after",
    "\nExamples:\n  $ delineate config check clinic.yaml\n  $ delineate config check clinic.yaml --on archive/patient-7",
  );
  command
    .command("check <FILE>")
    .description("Say every problem of a configuration with its line. Ends with 1 if there is one.")
    .option("--on <FOLDER>", "dry run: say of every CT series below FOLDER which rule takes it")
    .option("--data <DIR>", "also look whether the rules' models are in this workspace")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate config check clinic.yaml\n  $ delineate config check clinic.yaml --on archive/patient-7 --json",
    )
    .action(check);
}

async function check(file: string, { on, data, json }: Options): Promise<void> {
  const { clinic, problems } = await problemsOf(file);
  if (clinic === undefined) {
    printResult(
      json,
      { problems },
      problems.map(({ line, message }) => `${file}:${line}: ${message}`).join("\n"),
    );
    if (json) {
      // The problems are the answer; an error beside it would be a second document.
      process.exitCode = errorCodes["bad-configuration"].exitCode;
      return;
    }
    throw new DelineateError(
      "bad-configuration",
      `${file} has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}: mend ${problems.length === 1 ? "it" : "them"}, then check again.`,
    );
  }
  await readIdentity(clinic);
  const named = clinic.rules.map(({ model }) => model).filter((model) => model !== undefined);
  if (data !== undefined) for (const model of named) await findModel(join(data, "models"), model);
  const series = on === undefined ? [] : await rulesOnFolder(clinic.rules, on);
  const summary = `${file}: no problems; ${counted(clinic.rules.length, "rule")}, ${counted(Object.keys(clinic.peers).length, "peer")}, ${counted(clinic.listener.callers.length, "caller")}`;
  printResult(json, { problems, series }, on === undefined ? summary : `${summary}\n\n${describe(series)}`);
}

function describe(series: readonly SeriesRule[]): string {
  const rows = series.map(({ seriesInstanceUid, images, rule }) => [
    seriesInstanceUid,
    String(images),
    rule?.name ?? "none: worklist only",
    rule?.model ?? "the workspace's",
    rule?.sendTo.join(", ") || "nobody",
  ]);
  return rows.length === 0
    ? "There is no CT series."
    : table(["series", "images", "rule", "model", "sent to"], rows);
}
