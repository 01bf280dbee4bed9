/**
 * What a clinical table says of a patient and images cannot: age, sex, stage, histology. Columns by the names of
 * NSCLC-Radiomics' table (PatientID, age, gender, Overall.Stage, Histology), whatever their case and punctuation. What is
 * not given, or NA, is undefined.
 */
import { DelineateError } from "#core/errors.ts";

export const stages = ["I", "II", "III", "IV"] as const;
type Stage = (typeof stages)[number];

export type ClinicalRecord = {
  readonly ageYears: number | undefined;
  readonly sex: "female" | "male" | undefined;
  /** Overall stage without its letter: IIIa and IIIB are III. */
  readonly stage: Stage | undefined;
  readonly histology: string | undefined;
};

/** Column of the patient's ID, in the form of `columnKey`; the first that there is, wherever it stands: a column id may number the rows. */
const idColumns = ["patientid", "patient", "case", "id"];

/**
 * By the patient's ID. Undefined if the table has no column for it. Throws `usage` where two rows say different things of one
 * patient: which is right cannot be told.
 */
export function clinicalRecords(
  rows: readonly Readonly<Record<string, string>>[],
  where = "The clinical table",
): Map<string, ClinicalRecord> | undefined {
  const columns = Object.keys(rows[0] ?? {});
  const column = (...names: readonly string[]): string | undefined =>
    columns.find((name) => names.includes(columnKey(name)));
  const id = idColumns.map((name) => column(name)).find((name) => name !== undefined);
  if (id === undefined) return undefined;
  const age = column("age", "ageyears");
  const sex = column("gender", "sex");
  const stage = column("overallstage", "stage", "ajccstage");
  const histology = column("histology");
  const records = new Map<string, ClinicalRecord>();
  for (const [at, row] of rows.entries()) {
    const patient = row[id].trim();
    const record: ClinicalRecord = {
      ageYears: numberOf(value(row, age)),
      sex: sexOf(value(row, sex)),
      stage: stageOf(value(row, stage)),
      histology: value(row, histology)?.toLowerCase(),
    };
    const before = records.get(patient);
    if (patient !== "" && before !== undefined && disagree(before, record))
      throw new DelineateError(
        "usage",
        `${where}: row ${at + 1} below the names of the columns is of a patient of whom an earlier row says something else. Keep one of them.`,
      );
    records.set(patient, joined(before, record));
  }
  return records;
}

const facts = ["ageYears", "sex", "stage", "histology"] as const;

/** A row of another visit may leave out what an earlier one gives. */
function disagree(a: ClinicalRecord, b: ClinicalRecord): boolean {
  return facts.some((fact) => a[fact] !== undefined && b[fact] !== undefined && a[fact] !== b[fact]);
}

function joined(
  before: ClinicalRecord | undefined,
  { ageYears, sex, stage, histology }: ClinicalRecord,
): ClinicalRecord {
  return {
    ageYears: ageYears ?? before?.ageYears,
    sex: sex ?? before?.sex,
    stage: stage ?? before?.stage,
    histology: histology ?? before?.histology,
  };
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
