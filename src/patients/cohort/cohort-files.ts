/** The files of an imported cohort: `cohort.json`, and `patients/case-0001.json` and so on. Read with their schemas. */
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import {
  type CohortFile,
  type CohortPatientFile,
  cohortPatientSchema,
  cohortSchema,
  type Spacing,
} from "#contract/cohort-manifest.ts";
import { DelineateError } from "#core/errors.ts";
import { isMissing, unreadable } from "#platform/missing.ts";
import { writeFileAtomic } from "#platform/write-file.ts";

const cohortPath = (folder: string): string => join(folder, "cohort.json");
const patientsFolder = (folder: string): string => join(folder, "patients");
const patientPath = (folder: string, name: string): string => join(patientsFolder(folder), `${name}.json`);

/** Undefined if `folder` is no imported cohort. Throws `bad-cohort` for a damaged file. */
export async function readCohortFile(folder: string): Promise<CohortFile | undefined> {
  return readJson(cohortPath(folder), cohortSchema);
}

/** Begins a cohort, or goes on with one. Throws `bad-cohort` if patients were taken into it with another `roi` or `spacing`. */
export async function beginCohort(folder: string, roi: string, spacing: Spacing): Promise<CohortFile> {
  const existing = await readCohortFile(folder);
  if (existing === undefined || (await readPatientFiles(folder)).length === 0) {
    const cohort: CohortFile = { format: 1, salt: randomBytes(16).toString("hex"), roi, spacing };
    await writeFileAtomic(cohortPath(folder), `${JSON.stringify(cohort, null, 2)}\n`, { force: true });
    return cohort;
  }
  if (existing.spacing !== spacing) {
    throw new DelineateError(
      "bad-cohort",
      `${folder} was begun ${spacing === "known" ? "with" : "without"} --unknown-spacing: go on so, or import into another folder.`,
    );
  }
  if (existing.roi === roi) return existing;
  throw new DelineateError(
    "bad-cohort",
    `${folder} was begun with --roi '${existing.roi}': go on with that, or import into another folder.`,
  );
}

/** In the order of their names. Throws `bad-cohort` for a damaged file. */
export async function readPatientFiles(folder: string): Promise<CohortPatientFile[]> {
  const names = await readdir(patientsFolder(folder)).catch(() => []);
  const patients: CohortPatientFile[] = [];
  for (const name of names.filter((file) => file.endsWith(".json")).sort()) {
    const patient = await readJson(join(patientsFolder(folder), name), cohortPatientSchema);
    if (patient !== undefined) patients.push(patient);
  }
  return patients;
}

/** Throws `bad-cohort` for a patient that is not there, or whose file is damaged. */
export async function readPatientFile(folder: string, name: string): Promise<CohortPatientFile> {
  const patient = await readJson(patientPath(folder, name), cohortPatientSchema);
  if (patient !== undefined) return patient;
  throw new DelineateError("bad-cohort", `${folder} has no patient ${name}: import again.`);
}

export async function writePatientFile(folder: string, patient: CohortPatientFile): Promise<void> {
  await writeFileAtomic(patientPath(folder, patient.name), `${JSON.stringify(patient, null, 2)}\n`, {
    force: true,
  });
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    // A patient whose file cannot be read is not left out in silence.
    if (isMissing(cause)) return undefined;
    throw unreadable(path, cause);
  });
  if (text === undefined) return undefined;
  const bad = (what: string, cause?: unknown): DelineateError =>
    new DelineateError("bad-cohort", `${path} is damaged or of another version (${what}): import again.`, {
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad("no JSON", cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw bad(`${issue.path.join(".")}: ${issue.message}`);
}
