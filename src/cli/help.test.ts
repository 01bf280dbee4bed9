/** The help of the verbs with most options fits on a screen. */
import { Command } from "commander";
import { expect, test } from "vitest";
import { addExperimentCommand } from "./experiment.ts";
import { addPlanCommand } from "./plan.ts";
import { addTrainCommand } from "./train.ts";

const columns = 100;
const lines = 40;

/** As `delineate VERB --help` prints it on a terminal of that width, settings of main.ts included. */
function helpOf(verb: string, addCommand: (program: Command) => void): string {
  let printed = "";
  const program = new Command("delineate")
    .version("1")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      getOutHelpWidth: () => columns,
    });
  addCommand(program);
  program.commands.find((command) => command.name() === verb)?.outputHelp();
  return printed.trimEnd();
}

test.each([
  ["train", addTrainCommand],
  ["experiment", addExperimentCommand],
  ["plan", addPlanCommand],
] as const)(`%s --help fits on a screen of ${lines} lines of ${columns} columns`, (verb, addCommand) => {
  const help = helpOf(verb, addCommand).split("\n");
  expect(help[0]).toContain(`Usage: delineate ${verb}`);
  expect(help.length).toBeLessThanOrEqual(lines);
  expect(Math.max(...help.map(({ length }) => length))).toBeLessThanOrEqual(columns);
});
