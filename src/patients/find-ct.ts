/** The CT that a mask file was drawn on: where the user says it is, or near the file; the series that the file refers to. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import { groupSeries } from "#dicom/ct/assemble-ct.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { ctOfSet } from "#dicom/rtstruct/ct-of-set.ts";
import { readCohortFile, readPatientFile } from "./cohort/cohort-files.ts";
import { loadCaseCt } from "./cohort/load-case.ts";
import { ctFramesOf, readCtFromScan } from "./ct/read-ct-folder.ts";
import { drawnOn, type MaskFile } from "./masks/load-masks.ts";
import { scanFolder } from "./scan-folder.ts";

/**
 * Reads the CT below `folder`, or below the mask file's own folder. Of several series the one that `file` belongs to is
 * taken (dicom/rtstruct/ct-of-set.ts). Throws `no-ct` with the remedy, `several-ct`, and what reading the CT throws.
 */
export async function findCt(
  file: MaskFile,
  folder: string | undefined,
  options: { readonly progress?: Progress; readonly series?: string | undefined } = {},
): Promise<CtVolume> {
  const place = folder ?? dirname(file.path);
  const scan = await scanFolder(place, options);
  const { frames } = ctFramesOf(scan);
  if (frames.length === 0 && folder === undefined) {
    throw new DelineateError(
      "no-ct",
      `${file.path} needs the CT it was drawn on, and ${place} holds none: name its folder with --ct.`,
    );
  }
  // Where the file does not say, the user did by naming the folder: its only CT, or a list to choose from.
  const { ct } = ctOfSet(drawnOn(file), groupSeries(frames));
  return readCtFromScan(scan, place, { ...options, series: options.series ?? ct?.seriesInstanceUid });
}

/**
 * The CT for the mask files of one patient: of `ctPath`, an imported cohort, that of its patient of the name; else below `ctPath` or its
 * sub-folder of the patient's name, else beside the masks in `place`, the patient's folder or file. DICOM masks need it; research files
 * share a grid of their own, so that there is none unless one is given. Throws as `findCt`, and `bad-cohort` for a patient that an
 * imported cohort lacks.
 */
export async function findCtOfPatient(
  files: readonly MaskFile[],
  patient: string,
  place: string,
  ctPath: string | undefined,
): Promise<CtVolume | undefined> {
  const dicomMask = files.find(({ format }) => format === "rtstruct" || format === "seg");
  if (ctPath === undefined) {
    if (dicomMask === undefined) return undefined;
    return findCt(dicomMask, (await isFolder(place)) ? place : undefined);
  }
  if ((await readCohortFile(ctPath)) !== undefined) return ctOfCase(ctPath, patient);
  const ofPatient = join(ctPath, patient);
  return findCt(dicomMask ?? files[0], (await isFolder(ofPatient)) ? ofPatient : ctPath);
}

async function ctOfCase(cohort: string, patient: string): Promise<CtVolume> {
  const { volume } = await loadCaseCt(await readPatientFile(cohort, patient));
  if (volume !== undefined) return volume;
  throw new DelineateError(
    "no-ct",
    `${patient} of ${cohort} is a research image, and no DICOM CT to place masks on: leave --ct out, and masks of one grid are compared.`,
  );
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
