/** `delineate deidentify`: CTs, structure sets and segmentations of a folder, written anew without what tells whose they are. */
import { realpath, rmdir } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { listFiles } from "#platform/list-folder.ts";
import type { Work } from "#platform/work.ts";
import { refuseExisting, writeFileAtomic, writeFolderAtomic } from "#platform/write-file.ts";
import { deidentifyFile, placeOf } from "./deidentify-file.ts";
import { Key } from "./key-file.ts";

type Request = {
  readonly source: string;
  readonly out: string;
  /** Made where it is not there. */
  readonly key: string;
};

type Result = {
  readonly patients: number;
  /** By kind: ct, rtstruct, seg. */
  readonly files: Readonly<Record<string, number>>;
  /** What was left out, by name or by number, and what was renamed. */
  readonly findings: readonly Finding[];
};

/**
 * Writes OUT/<pseudonym>/<kind>-<series>/<number>.dcm. A file that cannot be read, or whose pixels may name somebody, is left
 * out and named; so is a study that came out under two pseudonyms. Throws `file-exists` for an output folder that is there,
 * `usage` for a key that would lie in it, what opening the key throws, and `cancelled`: the folder is there when it is whole.
 */
export async function deidentifyFolder(request: Request, work: Work): Promise<Result> {
  await refuseExisting(request.out);
  await refuseKeyInside(request);
  const key = await Key.open(request.key, false);
  // Whatever happens from here on: with the same key the same data comes out again.
  await key.save();
  const { files: paths, findings } = await listFiles(request.source);
  const written = await writeFolderAtomic(request.out, async (partial) => {
    try {
      return await writeAll(paths, { out: partial, key }, work);
    } finally {
      await key.save();
    }
  });
  // Empty: there is nothing in it that somebody could take for a patient.
  if (written.patients === 0) await rmdir(request.out);
  return { ...written, findings: [...findings, ...written.findings] };
}

async function writeAll(
  paths: readonly string[],
  { out, key }: { readonly out: string; readonly key: Key },
  { progress, signal }: Work,
): Promise<Result> {
  const findings: Finding[] = [];
  const files: Record<string, number> = {};
  const patients = new Set<string>();
  /** The pseudonyms of each study, by its new UID. */
  const studies = new Map<string, Set<string>>();
  const leftByModality = new Map<string, number>();
  for (const [at, path] of paths.entries()) {
    if (signal.aborted) throw new DelineateError("cancelled", "Interrupted; no folder was written.");
    progress.report("de-identifying", at, paths.length);
    const deidentified = await deidentifyFile(path, key).catch((error: unknown) => {
      if (!(error instanceof DelineateError)) throw error;
      if (error.code === "not-dicom") return { other: "not DICOM" };
      findings.push(finding("warning", error.code, `Left out: ${error.message}`, path));
      return undefined;
    });
    if (deidentified === undefined) continue;
    if ("other" in deidentified) {
      leftByModality.set(deidentified.other, (leftByModality.get(deidentified.other) ?? 0) + 1);
      continue;
    }
    await writeFileAtomic(join(out, ...placeOf(deidentified, at + 1)), deidentified.bytes);
    files[deidentified.kind] = (files[deidentified.kind] ?? 0) + 1;
    patients.add(deidentified.patient);
    if (deidentified.renamed.length > 0) findings.push(renamed(deidentified.renamed, path));
    studies.set(deidentified.study, (studies.get(deidentified.study) ?? new Set()).add(deidentified.patient));
  }
  progress.report("de-identifying", paths.length, paths.length);
  for (const [study, names] of studies) if (study !== "" && names.size > 1) findings.push(divided(names));
  for (const [modality, count] of leftByModality)
    findings.push(
      finding("info", "left-out", `${counted(count, "file was", "files were")} left out: ${modality}.`),
    );
  return { patients: patients.size, files, findings };
}

/** A pseudonym is by Patient ID and issuer: where the files of a study differ in them, contours and CT no longer fit each other. */
function divided(pseudonyms: ReadonlySet<string>): Finding {
  return finding(
    "warning",
    "study-divided",
    `One study came out as ${[...pseudonyms].join(" and ")}, with dates moved differently: its files differ in Patient ID or Issuer of Patient ID. Give them the same, and de-identify them again.`,
  );
}

/** Who searches for a structure by its name does not find it, and two of one new kind look alike. */
function renamed(names: readonly string[], path: string): Finding {
  const message = `Names of structures that may say whose they are were replaced, by the structures' numbers: ${names.join(", ")}.`;
  return finding("warning", "structures-renamed", message, path);
}

/** Whoever gets the output must not get the key with it. */
async function refuseKeyInside({ out, key }: Request): Promise<void> {
  const [folder, file] = [await realPlace(out), await realPlace(key)];
  if (file === folder || file.startsWith(folder + sep))
    throw new DelineateError(
      "usage",
      `The key ${key} would lie in ${out}, and go out with the data that it identifies. Name another place with --key.`,
    );
}

/** Without links, as far as the path is there. */
async function realPlace(path: string): Promise<string> {
  const whole = resolve(path);
  if (dirname(whole) === whole) return whole;
  return realpath(whole).catch(async () => join(await realPlace(dirname(whole)), basename(whole)));
}
