/** A new case's row: who and what it is, and a label that says nothing of the patient. */

import { randomInt } from "node:crypto";
import type { Db } from "./database.ts";
import type { PatientFacts } from "./patient-facts.ts";

/** Without letters and digits that are taken for each other. */
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const labelLength = 5;

export async function describePatient(db: Db, patient: PatientFacts) {
  const now = new Date();
  return {
    ...patient,
    patient_label: await labelOf(db, patient),
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
async function labelOf(db: Db, patient: Pick<PatientFacts, "patient_name" | "patient_id">): Promise<string> {
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
