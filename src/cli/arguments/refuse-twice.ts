/** An option that takes one value and is given twice: of two ROIs or folders one would be left out in silence. */
import type { Command } from "commander";
import { DelineateError } from "#core/errors.ts";

/** From now on the command, and each below it, throws `usage` where an option's second value would replace its first. */
export function refuseTwice(command: Command): void {
  for (const option of command.options.filter((candidate) => !candidate.isBoolean())) {
    let before: unknown;
    command.on(`option:${option.name()}`, () => {
      const value: unknown = command.getOptionValue(option.attributeName());
      if (before !== undefined && !goesOn(before, value))
        throw new DelineateError("usage", `${option.long} is given twice and takes one value: give it once.`);
      before = value;
    });
  }
  command.commands.forEach(refuseTwice);
}

/** Options that may be repeated add each value to those before it. */
function goesOn(before: unknown, after: unknown): boolean {
  return Array.isArray(before) && Array.isArray(after) && before.every((value, at) => after[at] === value);
}
