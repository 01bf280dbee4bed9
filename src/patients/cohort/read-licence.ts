/**
 * The licence that a cohort's patients were published under, for the run record and the model's card: `licence` in a data set's
 * `dataset.json`, or the first line of a file LICENCE in the cohort's folder (a clinic writes there what its data may be used for).
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

export const unknownLicence = "not stated";

/** `unknownLicence` where the cohort says nothing. */
export async function readLicence(cohort: string): Promise<string> {
  const read = (name: string): Promise<string> => readFile(join(cohort, name), "utf8").catch(() => "");
  for (const name of ["LICENCE", "LICENSE"]) {
    const [line] = (await read(name)).trim().split(/\r?\n/);
    if (line !== "") return line.slice(0, longestLicence);
  }
  const stated = /"licen[cs]e"\s*:\s*"([^"]+)"/.exec(await read("dataset.json"))?.[1];
  return stated?.slice(0, longestLicence) ?? unknownLicence;
}

/** Of the model's metadata. */
const longestLicence = 200;
