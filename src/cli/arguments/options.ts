/** Parsers of option values: a wrong one is wrong usage, said in one sentence. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { DelineateError } from "#core/errors.ts";
import { isS3Address } from "#workspace/files/s3-address.ts";

/** For `--device`: what computes. */
export const deviceHelp = "cpu, webgpu, cuda, or auto: a GPU where one is faster";

/** Also from the environment: a password does not stand in the list of processes then. */
export function databaseOption(): Option {
  return new Option(
    "--database <URL>",
    "database on a PostgreSQL server, shared with delineate worker (default: in the data folder)",
  )
    .env("DELINEATE_DATABASE")
    .argParser(databaseAddress);
}

export function databaseAddress(text: string): string {
  if (/^postgres(ql)?:\/\//.test(text)) return text;
  throw new InvalidArgumentError("Expected an address such as postgres://user@host/database.");
}

/** Keys and the address of the store's server are in the environment alone (workspace/files/s3-address.ts). */
export function filesOption(): Option {
  return new Option(
    "--files <ADDRESS>",
    "object store for the files of patients, s3://bucket/prefix; key and server by the AWS_ variables (default: in the data folder)",
  )
    .env("DELINEATE_FILES")
    .argParser((text) => {
      if (isS3Address(text)) return text;
      throw new InvalidArgumentError("Expected an address such as s3://bucket/prefix.");
    });
}

/** Of programs that go on until they are ended. */
export function logOption(): Option {
  return new Option(
    "--log <FORM>",
    "what is told meanwhile: text, or json with a line for each event and request",
  )
    .choices(["text", "json"])
    .default("text");
}

/** Throws `usage` for an option of `names` that was given without `owner`, which it says something of: it would be ignored in silence. */
export function refuseWithout(command: Command, owner: string, names: readonly string[]): void {
  const given = (name: string): boolean => command.getOptionValueSource(name) === "cli";
  if (given(owner)) return;
  const flagOf = (name: string) => command.options.find((option) => option.attributeName() === name)?.long;
  const ignored = names.find(given);
  if (ignored !== undefined)
    throw new DelineateError(
      "usage",
      `${flagOf(ignored)} belongs to ${flagOf(owner)}: add that, or leave ${flagOf(ignored)} out.`,
    );
}

export function wholeNumber(lowest: number, highest = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(
      `Expected a whole number from ${lowest}${highest < Number.MAX_SAFE_INTEGER ? ` to ${highest}` : ""}.`,
    );
  };
}

export function decimalNumber(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`Expected a number from ${lowest} to ${highest}.`);
  };
}

export function oneOf<T extends string>(values: readonly T[]): (text: string) => T {
  return (text) => {
    const value = values.find((candidate) => candidate === text);
    if (value !== undefined) return value;
    throw new InvalidArgumentError(`Expected one of ${values.join(", ")}.`);
  };
}

/** Names with commas between them, each once. */
export function namesList(text: string): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length > 0) return [...new Set(names)];
  throw new InvalidArgumentError("Expected names, with commas between them.");
}
