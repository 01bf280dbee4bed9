/**
 * `--force` overwrites results and never what they are made of: for every verb alike, before it begins. Files are compared as
 * the disk knows them, so that links and other spellings of a path do not help.
 */
import { open, realpath, stat } from "node:fs/promises";
import { sep } from "node:path";
import type { Command } from "commander";
import { DelineateError } from "#core/errors.ts";
import { isGzip } from "#formats/gzip.ts";
import { looksLikeNifti } from "#formats/nifti-header.ts";
import { looksLikeNrrd } from "#formats/nrrd-header.ts";
import { recordPathFor } from "#platform/run-record.ts";

/** Options of all verbs that name what is written; an argument that does is called OUT. */
const outputOptions = ["out", "csv", "preview", "plot"];

/** Throws `output-is-input` if the command would overwrite a file that it reads, or an image or mask in a folder that it reads. */
export async function refuseInputAsOutput(command: Command): Promise<void> {
  const options: Readonly<Record<string, unknown>> = command.opts();
  if (options.force !== true) return;
  const outputs: string[] = [];
  const inputs: string[] = [];
  for (const [name, value] of Object.entries(options))
    (outputOptions.includes(name) ? outputs : inputs).push(...textsOf(value));
  for (const [at, argument] of command.registeredArguments.entries())
    (argument.name() === "OUT" ? outputs : inputs).push(...textsOf(command.processedArgs[at]));
  for (const output of outputs.flatMap((path) => [path, recordPathFor(path)])) {
    for (const input of inputs) {
      if (await wouldOverwrite(output, input))
        throw new DelineateError(
          "output-is-input",
          `${output} is among what this command reads (${input}), and is not overwritten. Choose another name for the output.`,
        );
    }
  }
}

/** Also each of several with commas between them. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return typeof value === "string" ? [...new Set([value, ...value.split(",")])] : [];
}

async function wouldOverwrite(output: string, input: string): Promise<boolean> {
  const [outputStat, inputStat] = await Promise.all([statOf(output), statOf(input)]);
  if (!outputStat?.isFile() || inputStat === undefined) return false;
  if (!inputStat.isDirectory()) return outputStat.dev === inputStat.dev && outputStat.ino === inputStat.ino;
  const [inner, outer] = await Promise.all([realpath(output), realpath(input)]);
  return inner.startsWith(outer.endsWith(sep) ? outer : outer + sep) && (await isImageOrMask(output));
}

function statOf(path: string) {
  return stat(path).catch(() => undefined);
}

/** Tables and figures of an earlier run may lie in a folder of masks. */
async function isImageOrMask(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const head = new Uint8Array(1024);
    await file.read(head, 0, head.length, 0);
    const isDicom = Buffer.from(head).toString("latin1", 128, 132) === "DICM" || /\.dcm$/i.test(path);
    return isDicom || isGzip(head) || looksLikeNifti(head) || looksLikeNrrd(head);
  } finally {
    await file.close();
  }
}
