/** Who and what a new case is, for its row: as the person who reviews sees it, and a label that says nothing of the patient. */

import { randomInt } from "node:crypto";
import type { DataSet } from "#dicom/dataset/dataset.ts";
import { number } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { decodeName, decodeText } from "#patients/decode-text.ts";
import type { Db } from "./database.ts";

/** Without letters and digits that are taken for each other. */
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const labelLength = 5;

/** `header` of one of the CT's images. */
export async function describePatient(db: Db, header: DataSet) {
  const patient = {
    patient_name: decodeName(header, tags.PatientName),
    patient_id: decodeText(header, tags.PatientID),
  };
  const now = new Date();
  return {
    ...patient,
    patient_label: await labelOf(db, patient),
    study_date: decodeText(header, tags.StudyDate).replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"),
    series_description: decodeText(header, tags.SeriesDescription),
    kernel: decodeText(header, tags.ConvolutionKernel),
    slice_thickness_mm: number(header, tags.SliceThickness) ?? null,
    state: "received",
    failure: null,
    ct_ready: false,
    gtv_cc: null,
    received_at: now,
    changed_at: now,
  } as const;
}

/**
 * The label of the patient's other cases, else a new one: drawn, since whatever is computed of a name or a number can be
 * found again. Patients without either are never taken for one.
 */
async function labelOf(
  db: Db,
  patient: { readonly patient_name: string; readonly patient_id: string },
): Promise<string> {
  const rows = await db.selectFrom("cases").select(["patient_label", "patient_name", "patient_id"]).execute();
  const same = rows.find(
    (row) => row.patient_id === patient.patient_id && row.patient_name === patient.patient_name,
  );
  if (same !== undefined && patient.patient_id + patient.patient_name !== "") return same.patient_label;
  const taken = new Set(rows.map(({ patient_label }) => patient_label));
  for (;;) {
    const label = Array.from({ length: labelLength }, () => alphabet[randomInt(alphabet.length)]).join("");
    if (!taken.has(label)) return label;
  }
}
