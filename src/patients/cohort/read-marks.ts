/** What tells whose a patient's files are (person-marks.ts), from their headers or from the note of a synthetic patient. */

import { DelineateError } from "#core/errors.ts";
import { summariseObject } from "#dicom/dataset/summarise-object.ts";
import { readDicomHeader } from "#patients/read-dicom-header.ts";
import { isSystemError } from "#patients/scan-folder.ts";
import { listFiles } from "#platform/list-folder.ts";
import { type InsertedNote, readInsertedNote } from "./inserted-note.ts";
import { backgroundKey, marksOfUids, type PersonMarks } from "./person-marks.ts";

/**
 * Of the first CT image in the folder, else of the first DICOM file; without marks where there is none that can be read. Throws
 * `file-not-found` for a folder that is not there.
 */
export async function marksOfFolder(folder: string): Promise<PersonMarks> {
  let other: PersonMarks | undefined;
  for (const file of (await listFiles(folder)).files) {
    const read = await readMarks(file);
    if (read?.isCt === true) return read.marks;
    other ??= read?.marks;
  }
  return other ?? { keys: [], slices: [] };
}

/** Of several patients' folders or files, each by itself; of synthetic patients by their notes. Throws what reading a note throws. */
export async function marksOfFolders(paths: readonly string[]): Promise<PersonMarks[]> {
  const all: PersonMarks[] = [];
  for (const path of paths) {
    const note = await readInsertedNote(path);
    all.push(note === undefined ? await marksOfFolder(path) : marksOfNote(note));
  }
  return all;
}

/**
 * Of a synthetic patient: those of whose thorax it is. Tumours that were drawn into one thorax are of one person. A note of an earlier
 * program has names alone.
 */
export function marksOfNote({ marks, person, background }: InsertedNote): PersonMarks {
  if (marks !== undefined) return { ...marks, names: [background] };
  const names = [background, ...(person === undefined ? [] : [person])];
  return { keys: [...new Set(names)].map(backgroundKey), slices: [] };
}

/** As it stands in a DICOM file; undefined where it has none or cannot be read. */
export async function patientIdIn(file: string): Promise<string | undefined> {
  return (await readMarks(file))?.marks.patientId;
}

/** Undefined for what is no DICOM or cannot be read: whoever reads the patient says what is wrong. */
async function readMarks(
  file: string,
): Promise<{ readonly marks: PersonMarks; readonly isCt: boolean } | undefined> {
  try {
    const { dataSet } = await readDicomHeader(file);
    const object = summariseObject(dataSet, file);
    const isCt = object.kind === "ct";
    // A structure set's own series and frame are not the CT's.
    const frameOfReferenceUid = object.framesOfReference.at(0);
    const uids = { studyInstanceUid: object.studyInstanceUid, frameOfReferenceUid };
    const keys = marksOfUids(isCt ? { ...uids, seriesInstanceUid: object.seriesInstanceUid } : uids);
    return { marks: { keys, slices: [], patientId: object.patientId || undefined }, isCt };
  } catch (error) {
    if (error instanceof DelineateError || isSystemError(error)) return undefined;
    throw error;
  }
}
