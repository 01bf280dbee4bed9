/** The help of the verbs with most options fits on a screen. */
import { Command } from "commander";
import { expect, test } from "vitest";
import { addVerb, nameOf, verbs } from "./verbs.ts";

const columns = 100;
const lines = 40;

/** As `delineate VERB --help` prints it on a terminal of that width, settings of main.ts included. */
async function helpOf(name: string): Promise<string> {
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
  const verb = verbs.find((candidate) => nameOf(candidate) === name);
  if (verb === undefined) throw new Error(`there is no verb ${name}`);
  const command = addVerb(program, verb);
  await verb.load(command);
  command.outputHelp();
  return printed.trimEnd();
}

test.each(["train", "experiment", "plan"])(
  `%s --help fits on a screen of ${lines} lines of ${columns} columns`,
  async (verb) => {
    const help = (await helpOf(verb)).split("\n");
    expect(help[0]).toContain(`Usage: delineate ${verb}`);
    expect(help.length).toBeLessThanOrEqual(lines);
    expect(Math.max(...help.map(({ length }) => length))).toBeLessThanOrEqual(columns);
  },
);
