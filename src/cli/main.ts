/**
 * `delineate`: the command line. verbs.ts lists the verbs; this file loads the one that is called and turns errors
 * into one sentence and an exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
 */
import { Command, CommanderError, Help } from "commander";
import { researchUse } from "#contract/research-use.ts";
import { DelineateError, errorCodes } from "#core/errors.ts";
import { printableJson } from "#platform/printable.ts";
import { leaveBar } from "#platform/terminal-progress.ts";
import { programVersion } from "#platform/version.ts";
import { coloured, say } from "./output.ts";
import { addVerb, nameOf, type Verb, verbs } from "./verbs.ts";

const program = new Command("delineate")
  .description(
    `Contours the gross target volume (GTV) of non-small cell lung cancer on planning CT.\n${researchUse}`,
  )
  .version(programVersion)
  .showHelpAfterError("(add --help for examples)")
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
  .hook("preAction", async (_, command) =>
    (await import("./arguments/refuse-input.ts")).refuseInputAsOutput(command),
  );

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `delineate ... | head` closes the pipe early; that is no failure.
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await addVerbs();
  await program.parseAsync();
} catch (error) {
  leaveBar();
  process.exitCode = explain(error);
}

/** All verbs for the list; options only for those that the command line names, be it `segment --help` or `help segment`. */
async function addVerbs(): Promise<void> {
  const added = new Map<Command, Verb>();
  for (const verb of verbs) {
    const command = addVerb(program, verb);
    added.set(command, verb);
    if (!process.argv.includes(nameOf(verb))) continue;
    await verb.load(command);
    (await import("./arguments/refuse-twice.ts")).refuseTwice(command);
  }
  // A verb that is not loaded has no options to tell of: the list shows what verbs.ts says.
  program.configureHelp({
    showGlobalOptions: true,
    subcommandTerm: (command) => added.get(command)?.usage ?? new Help().subcommandTerm(command),
  });
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : errorCodes.usage.exitCode;
  if (error instanceof DelineateError) {
    if (process.argv.includes("--json")) {
      const json = JSON.stringify({ error: { code: error.code, message: error.message } });
      process.stdout.write(`${printableJson(json)}\n`);
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
