/**
 * Which prediction belongs to which reference: two files, or two folders with one entry a patient (a sub-folder or a
 * file), paired by name without its ending; or an imported cohort and predictions for patients of it. Not here: what is in the
 * files.
 */
import { stat } from "node:fs/promises";
import type { CohortPatientFile } from "#contract/cohort-manifest.ts";
import { DelineateError } from "#core/errors.ts";
import { isStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { isSegmentation } from "#dicom/seg/read-seg.ts";
import { listEntries, listFiles, refuseUnlisted } from "#platform/list-folder.ts";
import { readCohortFile, readPatientFiles } from "./cohort/cohort-files.ts";
import { firstCases } from "./cohort/import/same-patient.ts";
import { firstOfPerson } from "./cohort/person-marks.ts";
import { marksOfFolders } from "./cohort/read-marks.ts";
import { isResearchImage } from "./ct/begin-ct.ts";
import { scanFiles } from "./scan-folder.ts";

/** Longest first: "x.seg.nrrd" is the patient "x". */
const maskEndings = [".rtstruct.dcm", ".seg.nrrd", ".seg.dcm", ".nii.gz", ".nrrd", ".nii", ".dcm"];

export type PatientPair = {
  readonly patient: string;
  /** A place on the disk, or a patient of an imported cohort. */
  readonly reference: string | CohortPatientFile;
  readonly prediction: string;
  /** The same for scans of one person, as far as the references tell (cohort/person-marks.ts). */
  readonly person: string;
};

type Pairing = {
  readonly pairs: readonly PatientPair[];
  /** Patients of the reference that have no prediction, by name. */
  readonly withoutPrediction: readonly string[];
  /** Predictions that have no reference, by name. */
  readonly withoutReference: readonly string[];
  /** False for an imported cohort whose millimetres are not known. */
  readonly spacingKnown: boolean;
};

/** Throws `file-not-found`; `bad-cohort` if two folders have no name in common, and for a damaged cohort. */
export async function pairPatients(reference: string, prediction: string): Promise<Pairing> {
  const cohort = (await isFolder(reference)) ? await readCohortFile(reference) : undefined;
  const ofFolder = await isFolder(prediction);
  if (cohort === undefined && (!ofFolder || !(await isFolder(reference)))) {
    const patient = patientName(prediction);
    return {
      ...{
        pairs: [{ patient, person: patient, reference, prediction }],
        withoutPrediction: [],
        withoutReference: [],
      },
      spacingKnown: true,
    };
  }
  const cases = cohort === undefined ? [] : await readPatientFiles(reference);
  const references: ReadonlyMap<string, PatientPair["reference"]> =
    cohort === undefined ? await patientEntries(reference) : decidedPatients(cases);
  const predictions = ofFolder
    ? await patientEntries(prediction)
    : new Map([[patientName(prediction), prediction]]);
  // Undecided cases too, which may be what joins two others.
  const persons = cohort === undefined ? await personsOf(references) : firstCases(cohort, cases);
  const pairs = [...references].flatMap(([patient, path]): PatientPair[] => {
    const predicted = predictions.get(patient);
    const person = persons.get(patient) ?? patient;
    return predicted === undefined ? [] : [{ patient, person, reference: path, prediction: predicted }];
  });
  if (pairs.length === 0) {
    throw new DelineateError(
      "bad-cohort",
      `${reference} and ${prediction} have no patient's name in common: expected a folder or a file of the same name for each patient in both.`,
    );
  }
  return {
    pairs,
    withoutPrediction: [...references.keys()].filter((name) => !predictions.has(name)),
    withoutReference: [...predictions.keys()].filter((name) => !references.has(name)),
    spacingKnown: cohort?.spacing !== "unknown",
  };
}

/** Of each patient, by name, the first one of the same person (cohort/person-marks.ts); of places on the disk alone. */
export async function personsOf(
  references: ReadonlyMap<string, PatientPair["reference"]>,
): Promise<Map<string, string>> {
  const places = [...references].flatMap(([name, path]) =>
    typeof path === "string" ? [{ name, path }] : [],
  );
  const first = firstOfPerson(await marksOfFolders(places.map(({ path }) => path)));
  return new Map(places.map(({ name }, index) => [name, places[first[index]].name]));
}

/** Those whose tumour is decided, by name. */
function decidedPatients(all: readonly CohortPatientFile[]): Map<string, CohortPatientFile> {
  const patients = all.filter(({ primary }) => primary.length > 0);
  return new Map(patients.map((patient) => [patient.name, patient]));
}

/**
 * The one mask file that `path` is or holds, at any depth. Throws `no-structure-set` if there is none and
 * `several-structure-sets` naming them.
 */
export async function findMaskFile(path: string): Promise<string> {
  const files = await findMaskFiles(path);
  if (files.length === 1) return files[0];
  throw new DelineateError(
    "several-structure-sets",
    `${path} holds ${files.length} mask files: ${files.join(", ")}. Name one of them.`,
  );
}

/** Every mask file that `path` is or holds, at any depth, in the order of their paths. Throws `no-structure-set`
 * if there is none, `file-not-found` for a link that leads nowhere. */
export async function findMaskFiles(path: string): Promise<string[]> {
  if (!(await isFolder(path))) return [path];
  const listing = await listFiles(path);
  refuseUnlisted(listing.findings);
  const { files } = await scanFiles(listing.files);
  const dicom = files.filter(({ header }) => isStructureSet(header) || isSegmentation(header));
  const research = listing.files.filter(isResearchImage);
  const paths = [...dicom.map((file) => file.path), ...research];
  if (paths.length === 0) {
    throw new DelineateError("no-structure-set", `${path} holds no RTSTRUCT, DICOM SEG, NIfTI or NRRD file.`);
  }
  return paths.sort();
}

async function isFolder(path: string): Promise<boolean> {
  const entry = await stat(path).catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no file or folder ${path}.`, { cause });
  });
  return entry.isDirectory();
}

/**
 * A folder's entries that can be a patient, by the patient's name, in the order of their names. Throws `file-not-found`, and
 * `several-structure-sets` where two entries are one patient's: which one is meant cannot be told.
 */
export async function patientEntries(folder: string): Promise<Map<string, string>> {
  const patients = (await listEntries(folder))
    .filter(({ name }) => !name.startsWith(".") && !name.endsWith(".partial"))
    .filter(
      (entry) => entry.isFolder || maskEndings.some((ending) => entry.name.toLowerCase().endsWith(ending)),
    )
    .map(({ name, path }) => [patientName(name), path] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const byName = new Map<string, string>();
  for (const [patient, path] of patients) {
    const other = byName.get(patient);
    if (other !== undefined)
      throw new DelineateError(
        "several-structure-sets",
        `${folder} holds two entries of ${patient}: ${other}, ${path}. Keep one of them there.`,
      );
    byName.set(patient, path);
  }
  return byName;
}

/** A path's last part without a mask file's ending. */
export function patientName(path: string): string {
  const name = path.replace(/[/\\]+$/, "").replace(/^.*[/\\]/, "");
  const ending = maskEndings.find((candidate) => name.toLowerCase().endsWith(candidate));
  return ending === undefined ? name : name.slice(0, -ending.length);
}
