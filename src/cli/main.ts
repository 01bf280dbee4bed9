/**
 * `delineate`: the command line. Verbs are one file each; this file only gathers them and turns errors into one
 * sentence and an exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
 */
import { Command, CommanderError } from "commander";
import { researchUse } from "#contract/model-metadata.ts";
import { DelineateError, errorCodes } from "#core/errors.ts";
import { programVersion } from "#platform/version.ts";
import { addAugmentCommand } from "./augment.ts";
import { addCheckCommand } from "./check.ts";
import { addCohortCommand } from "./cohort.ts";
import { addCompareCommand } from "./compare.ts";
import { addConvertCommand } from "./convert.ts";
import { addDiffCommand } from "./diff.ts";
import { addEvaluateCommand } from "./evaluate.ts";
import { addExperimentCommand } from "./experiment.ts";
import { addImportCommand } from "./import.ts";
import { addInspectCommand } from "./inspect.ts";
import { addModelCommand } from "./model.ts";
import { addObserversCommand } from "./observers.ts";
import { coloured, say } from "./output.ts";
import { addPhantomCommand } from "./phantom.ts";
import { addPlanCommand } from "./plan.ts";
import { addSegmentCommand } from "./segment.ts";
import { addServeCommands } from "./serve.ts";
import { addTrainCommand } from "./train.ts";

const program = new Command("delineate")
  .description(
    `Contours the gross target volume (GTV) of non-small cell lung cancer on planning CT.\n${researchUse}`,
  )
  .version(programVersion)
  .showHelpAfterError("(add --help for examples)")
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();

addServeCommands(program);
addPhantomCommand(program);
addImportCommand(program);
addCohortCommand(program);
addPlanCommand(program);
addTrainCommand(program);
addAugmentCommand(program);
addSegmentCommand(program);
addModelCommand(program);
addCheckCommand(program);
addEvaluateCommand(program);
addExperimentCommand(program);
addCompareCommand(program);
addObserversCommand(program);
addDiffCommand(program);
addConvertCommand(program);
addInspectCommand(program);

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `delineate ... | head` closes the pipe early; that is no failure.
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : errorCodes.usage.exitCode;
  if (error instanceof DelineateError) {
    if (process.argv.includes("--json")) {
      process.stdout.write(`${JSON.stringify({ error: { code: error.code, message: error.message } })}\n`);
    } else {
      say(`${coloured("error", "red")} (${error.code}): ${error.message}`);
    }
    return errorCodes[error.code].exitCode;
  }
  say(
    `${coloured("fault", "red")}: this is a fault of the program, not yours. Please report it with these lines:`,
  );
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}
