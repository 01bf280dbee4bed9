/** Every verb with --force: what it reads is never what it writes, by whatever path it is named. */
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, expect, test } from "vitest";
import { addVerb, verbs } from "#cli/verbs.ts";
import { refuseInputAsOutput } from "./refuse-input.ts";

const folder = mkdtempSync(join(tmpdir(), "force-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
mkdirSync(at("ct"));
writeFileSync(at("ct/1.dcm"), "x");
writeFileSync(at("ct/table.csv"), "a,b");
writeFileSync(at("input"), "x");
writeFileSync(at("output"), "x");
symlinkSync(at("input"), at("link"));
linkSync(at("input"), at("hard-link"));
symlinkSync(at("ct"), at("ct-link"));

type Case = { readonly verb: string; readonly command: Command };

/** Verbs and their sub-verbs that have --force, each with its first input and its output. */
async function verbsWithForce(): Promise<Case[]> {
  const program = new Command();
  for (const verb of verbs) await verb.load(addVerb(program, verb));
  const all = (command: Command, name: string): Case[] => [
    { verb: name, command },
    ...command.commands.flatMap((sub) => all(sub, `${name} ${sub.name()}`)),
  ];
  return program.commands
    .flatMap((command) => all(command, command.name()))
    .filter(({ command }) => command.options.some(({ long }) => long === "--force"));
}

/** As if the command line had named these; without running the verb. */
function named({ command }: Case, input: string, output: string, force = true): Command {
  const outputs = command.options.filter(({ long }) => /^--(out|csv|preview|plot)$/.test(long ?? ""));
  for (const option of command.options) command.setOptionValue(option.attributeName(), undefined);
  const hasOutArgument = command.registeredArguments.some((argument) => argument.name() === "OUT");
  if (!hasOutArgument) command.setOptionValue(outputs[0].attributeName(), output);
  const inputOption = command.options.find(({ long }) =>
    /^--(reference|ct|with|cohort|config)$/.test(long ?? ""),
  );
  if (inputOption !== undefined) command.setOptionValue(inputOption.attributeName(), input);
  command.setOptionValue("force", force);
  command.processedArgs = command.registeredArguments.map((argument) =>
    argument.name() === "OUT" ? output : argument.variadic ? [input] : input,
  );
  return command;
}

const all = await verbsWithForce();

test("there are verbs with --force", () => {
  expect(all.map(({ verb }) => verb)).toEqual(
    expect.arrayContaining(["segment", "convert", "evaluate", "cohort split", "model calibrate"]),
  );
});

test.each(all)("$verb", async (verb) => {
  const refused = (input: string, output: string, force?: boolean): Promise<unknown> =>
    refuseInputAsOutput(named(verb, at(input), at(output), force)).then(
      () => false,
      (error: { code: string }) => error.code,
    );
  for (const output of ["input", "link", "hard-link", "ct/../input"])
    expect(await refused("input", output)).toBe("output-is-input");
  for (const input of ["ct", "ct-link", "ct/."])
    expect(await refused(input, "ct/1.dcm")).toBe("output-is-input");
  expect(await refused("ct", "ct-link/1.dcm")).toBe("output-is-input");
  expect(await refused("input", "output")).toBe(false);
  expect(await refused("ct", "ct/new.dcm")).toBe(false);
  expect(await refused("ct", "ct/table.csv")).toBe(false);
  expect(await refused("input", "input", false)).toBe(false);
});
