/** Table 1 of the paper: what the patients and their tumours are like, by part of the split. */

import { type Numbering, section, tableBlock } from "#experiment/report/blocks.ts";
import { countShare } from "#experiment/report/counts.ts";
import type { DescribedPatient, ExperimentResult } from "#experiment/report/experiment-result.ts";
import type { Html } from "#experiment/report/html.ts";
import { tumourSize } from "#experiment/report/tumour-size.ts";
import { medianRange, missing } from "#statistics/printed-numbers.ts";
import { type Summary, summarise } from "#statistics/summary.ts";
import { descriptorTitle } from "./descriptors.ts";

export function cohort(result: ExperimentResult, numbering: Numbering): Html {
  return section("Patients", tableOne(result, numbering));
}

type Part = { readonly title: string; readonly patients: readonly DescribedPatient[] };

function tableOne(result: ExperimentResult, numbering: Numbering): Html {
  const parts = partsOf(result);
  const row = (name: string, cell: Cell): string[] => [
    name,
    ...parts.map(({ patients }) => (patients.length === 0 ? missing : cell(patients))),
  ];
  return tableBlock(numbering, {
    title: "Patients and tumours",
    caption:
      result.spacing === "known"
        ? "Median (range) or number of patients (share). Unit of analysis: patient. Volume and shape are measured on the reference masks; side, lobe, height and contact are computed from mask and CT (the lobe is an estimate)."
        : "Median (range) or number of patients (share). Unit of analysis: patient. The spacing of these images is not known: size is in voxels of the CT's matrix, and what needs millimetres (volume, shape, lobe, contact) is left out. The side is computed from mask and CT.",
    header: ["", ...parts.map(({ title, patients }) => `${title} (n = ${patients.length})`)],
    rows: [["Tumour"], ...tumourRows(result, row), ["CT"], ...ctRows(result, row)],
  });
}

/** What a row says of a part's patients, of whom there is at least one. */
type Cell = (patients: readonly DescribedPatient[]) => string;
type Row = (name: string, cell: Cell) => string[];

function tumourRows({ patients: allPatients, spacing }: ExperimentResult, row: Row): string[][] {
  /** Nothing where no patient has it: with unknown spacing most is not known. */
  const isDescribed = (name: string): boolean =>
    allPatients.some(({ values }) => (values[name] ?? null) !== null);
  const described = (name: string, cell: Cell): string[][] =>
    isDescribed(name) ? [row(descriptorTitle(name), cell)] : [];
  const range = (name: string, digits: number): string[][] =>
    described(
      name,
      rangeOf(({ values }) => values[name], digits),
    );
  const isMissing =
    (name: string) =>
    ({ values }: DescribedPatient): boolean =>
      (values[name] ?? null) === null;
  // Of whom it is not known, as where the CT shows no lungs, is none without contact.
  const contact = (name: string): string[][] =>
    described(name, (patients) => {
      const share = shareOf(({ values }) => values[name] === true)(patients);
      return `${share}${missingText(patients.filter(isMissing(name)).length)}`;
    });
  const shares = (name: string): string[][] => [
    ...wordsOf(allPatients, name).map((word) =>
      row(
        `  ${word}`,
        shareOf(({ values }) => values[name] === word),
      ),
    ),
    ...(allPatients.some(isMissing(name)) ? [row("  missing", shareOf(isMissing(name)))] : []),
  ];
  const { descriptor, digits } = tumourSize(spacing);
  return [
    ...range(descriptor, digits),
    ...range("sphericity", 2),
    ...range("surfaceToVolume", 3),
    ...contact("chestWallContact"),
    ...contact("mediastinumContact"),
    ["Side"],
    ...shares("side"),
    ...(isDescribed("lobe") ? [["Lobe (estimate)"], ...shares("lobe")] : []),
  ];
}

function ctRows({ spacing }: ExperimentResult, row: Row): string[][] {
  const sliceMm = rangeOf((patient) => patient.sliceMm, 1);
  const pixelMm = rangeOf((patient) => patient.pixelMm, 2);
  const slices = rangeOf((patient) => patient.slices, 0);
  const slicesWithTarget = rangeOf((patient) => patient.slicesWithTarget, 0);
  return [
    row("slices", slices),
    row("slices with target", slicesWithTarget),
    ...(spacing === "known" ? [row("slice distance (mm)", sliceMm), row("pixel (mm)", pixelMm)] : []),
    row("matrix", (patients) => [...new Set(patients.map(({ matrix }) => matrix.join(" × ")))].join(", ")),
  ];
}

function rangeOf(value: PatientValue, digits: number): Cell {
  return (patients) => {
    const summary = over(patients, value);
    return `${medianRange(summary, digits)}${missingText(summary.undefinedCases)}`;
  };
}

function missingText(count: number): string {
  return count === 0 ? "" : `, ${count} missing`;
}

function shareOf(has: (patient: DescribedPatient) => boolean): Cell {
  return (patients) => countShare(patients.filter(has).length, patients.length);
}

/** In a cross-validation every patient trains and tests: one column. Whom a given split leaves out has one too. */
function partsOf({ folds, patients }: ExperimentResult): Part[] {
  const { train, validation, test } = folds[0];
  const used = folds.flatMap((fold) => [...fold.train, ...fold.validation, ...fold.test]);
  const inFolds = [{ title: `all, in ${folds.length} folds`, names: used }];
  const parts = [
    { title: "training", names: train },
    { title: "validation", names: validation },
    { title: "test", names: test },
  ];
  const left = patients.map(({ patient }) => patient).filter((name) => !used.includes(name));
  return [...(folds.length > 1 ? inFolds : parts), { title: "in no part of the split", names: left }]
    .filter(({ names }) => names.length > 0)
    .map(({ title, names }) => ({
      title,
      patients: patients.filter(({ patient }) => names.includes(patient)),
    }));
}

type PatientValue = (patient: DescribedPatient) => DescribedPatient["values"][string] | undefined;

function over(patients: readonly DescribedPatient[], value: PatientValue): Summary {
  return summarise(
    "patient",
    patients.map((patient) => {
      const patientValue = value(patient);
      return typeof patientValue === "number" ? patientValue : null;
    }),
  );
}

function wordsOf(patients: readonly DescribedPatient[], name: string): string[] {
  const words = patients.map(({ values }) => values[name]).filter((value) => typeof value === "string");
  return [...new Set(words)].sort();
}
