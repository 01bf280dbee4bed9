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
  const { patient_id, patient_name } = patient;
  const cases = db.selectFrom("cases").select("patient_label");
  const ofPatient = cases.where("patient_id", "=", patient_id).where("patient_name", "=", patient_name);
  const same = patient_id + patient_name === "" ? undefined : await ofPatient.executeTakeFirst();
  if (same !== undefined) return same.patient_label;
  for (;;) {
    const label = Array.from({ length: labelLength }, () => alphabet[randomInt(alphabet.length)]).join("");
    const taken = await cases.where("patient_label", "=", label).executeTakeFirst();
    if (taken === undefined) return label;
  }
}
