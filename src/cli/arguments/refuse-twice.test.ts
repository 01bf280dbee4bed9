/** An option given twice is refused in a sentence that names it, unless both values count. */
import { Command } from "commander";
import { expect, test } from "vitest";
import { refuseTwice } from "./refuse-twice.ts";

/** What becomes of these words, on a command with an option of each kind. */
function parse(...words: string[]): unknown {
  const program = new Command().exitOverride();
  const command = program
    .command("convert")
    .option("--roi <PATTERN>")
    .option("--seed <N>", "", Number, 1)
    .option("--names <LIST>", "", (text: string) => text.split(","))
    .option("--set <NAME>", "", (text: string, all: string[] | undefined) => [...(all ?? []), text])
    .option("--json")
    .action(() => undefined);
  refuseTwice(program);
  program.parse(["convert", ...words], { from: "user" });
  return command.opts();
}

test.each([
  ["--roi", "GTV", "Lung"],
  ["--seed", "2", "3"],
  ["--names", "a,b", "c,d"],
])("%s %s %s %s", (option, first, second) => {
  expect(() => parse(option, first, option, second)).toThrow(`${option} is given twice and takes one value`);
});

test("options that may be repeated, and flags, are taken", () => {
  expect(parse("--set", "a", "--set", "b", "--json", "--json", "--roi", "GTV", "--seed", "2")).toMatchObject({
    set: ["a", "b"],
    json: true,
    roi: "GTV",
    seed: 2,
  });
});
