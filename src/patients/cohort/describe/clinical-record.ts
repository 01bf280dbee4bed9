/**
 * What a clinical table says of a patient and images cannot: age, sex, stage, histology. Columns by the names of
 * NSCLC-Radiomics' table (PatientID, age, gender, Overall.Stage, Histology), whatever their case and punctuation. What is
 * not given, or NA, is undefined.
 */

export const stages = ["I", "II", "III", "IV"] as const;
type Stage = (typeof stages)[number];

export type ClinicalRecord = {
  readonly ageYears: number | undefined;
  readonly sex: "female" | "male" | undefined;
  /** Overall stage without its letter: IIIa and IIIB are III. */
  readonly stage: Stage | undefined;
  readonly histology: string | undefined;
};

/** Column of the patient's ID, in the form of `columnKey`. */
const idColumns = ["patientid", "patient", "case", "id"];

/** By the patient's ID. Undefined if the table has no column for it. */
export function clinicalRecords(
  rows: readonly Readonly<Record<string, string>>[],
): Map<string, ClinicalRecord> | undefined {
  const columns = Object.keys(rows[0] ?? {});
  const column = (...names: readonly string[]): string | undefined =>
    columns.find((name) => names.includes(columnKey(name)));
  const id = column(...idColumns);
  if (id === undefined) return undefined;
  const age = column("age", "ageyears");
  const sex = column("gender", "sex");
  const stage = column("overallstage", "stage", "ajccstage");
  const histology = column("histology");
  return new Map(
    rows.map((row) => [
      row[id].trim(),
      {
        ageYears: numberOf(value(row, age)),
        sex: sexOf(value(row, sex)),
        stage: stageOf(value(row, stage)),
        histology: value(row, histology)?.toLowerCase(),
      },
    ]),
  );
}

function columnKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, "");
}

function value(row: Readonly<Record<string, string>>, column: string | undefined): string | undefined {
  const text = column === undefined ? "" : row[column].trim();
  return /^(na|n\/a|nan|unknown|)$/i.test(text) ? undefined : text;
}

/** A table with a decimal comma is separated by semicolons (formats/csv.ts). */
function numberOf(text: string | undefined): number | undefined {
  const number = Number(text?.replace(",", "."));
  return text !== undefined && Number.isFinite(number) ? number : undefined;
}

function sexOf(text: string | undefined): "female" | "male" | undefined {
  if (text === undefined) return undefined;
  if (/^f/i.test(text)) return "female";
  return /^m/i.test(text) ? "male" : undefined;
}

/** With its letter and number, as in IA2, and no further ones: "in situ", "indeterminate" and "10" are no stage. */
function stageOf(text: string | undefined): Stage | undefined {
  const match = /^(?:stage\s*)?(iv|iii|ii|i|[1-4])\s*(?:[abc]\d?)?(?![\p{L}\d])/iu.exec(text ?? "");
  const given = match?.[1].toUpperCase();
  return stages.find((stage, index) => stage === given || String(index + 1) === given);
}
