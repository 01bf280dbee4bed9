/**
 * The CT, target and slice that a preview shows: of a cohort, of one patient's folder, or of a CT with a mask file. Upright,
 * as networks see it: slices count from the feet.
 */
import { DelineateError } from "#core/errors.ts";
import { isStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { fullestSlice, type Mask } from "#geometry/mask.ts";
import { turnOf, uprightCt, uprightMask } from "#geometry/upright.ts";
import { readCohortFile } from "#patients/cohort/cohort-files.ts";
import { listPatients } from "#patients/cohort/cohort-folder.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { ctFramesOf, readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { loadPatient } from "#patients/load-patient.ts";
import { joinMasks, loadRoiMasks } from "#patients/masks/load-masks.ts";
import { scanFolder } from "#patients/scan-folder.ts";

export type SubjectRequest = {
  /** A cohort, or a folder with one patient's CT. */
  readonly path: string;
  /** Name of a patient in the cohort; its first one without it. */
  readonly patient: string | undefined;
  /** A file with the target, instead of the structure set in the patient's folder. */
  readonly mask: string | undefined;
  readonly roi: string;
};

type Subject = {
  readonly ct: CtImage;
  /** Undefined where there is a CT and no contour. */
  readonly target: Mask | undefined;
  readonly slice: number;
};

/** Throws `bad-cohort` for a patient that is not there, `usage` for such a slice, and what loading throws. */
export async function findSubject(request: SubjectRequest, slice: number | undefined): Promise<Subject> {
  const stored = await loadSubject(request);
  const turn = turnOf(stored.ct.grid);
  const ct = uprightCt(stored.ct, turn);
  const target = stored.target === undefined ? undefined : uprightMask(stored.target, turn);
  const count = ct.grid.size[2];
  if (slice !== undefined && slice >= count)
    throw new DelineateError("usage", `--slice ${slice + 1}: the CT has slices 1 to ${count}.`);
  return { ct, target, slice: slice ?? (target && fullestSlice(target)) ?? count >> 1 };
}

async function loadSubject({
  path,
  patient,
  mask,
  roi,
}: SubjectRequest): Promise<{ ct: CtImage; target: Mask | undefined }> {
  if (mask !== undefined) {
    const ct = await readCtFolder(path);
    return { ct, target: joinMasks((await loadRoiMasks(mask, { ct, roi })).rois) };
  }
  if (patient === undefined && !(await isCohort(path))) return loadWithOrWithoutTarget(path, roi);
  const patients = await openCohort(path);
  const chosen = patient === undefined ? patients[0] : patients.find(({ name }) => name === patient);
  if (chosen === undefined) throw new DelineateError("bad-cohort", `${path} has no patient ${patient}.`);
  return chosen.load(roi);
}

/** An imported cohort says so. Otherwise a cohort's first folder holds a CT and a structure set; a patient's holds one of them. */
async function isCohort(path: string): Promise<boolean> {
  if ((await readCohortFile(path)) !== undefined) return true;
  const folders = await listPatients(path).catch((error: unknown) => {
    if (error instanceof DelineateError && error.code === "bad-cohort") return [];
    throw error;
  });
  if (folders.length === 0) return false;
  const scan = await scanFolder(folders[0].path);
  return ctFramesOf(scan).frames.length > 0 && scan.files.some(({ header }) => isStructureSet(header));
}

async function loadWithOrWithoutTarget(
  path: string,
  roi: string,
): Promise<{ ct: CtImage; target: Mask | undefined }> {
  try {
    return await loadPatient(path, roi);
  } catch (error) {
    if (!(error instanceof DelineateError) || error.code !== "no-structure-set") throw error;
    return { ct: await readCtFolder(path), target: undefined };
  }
}
