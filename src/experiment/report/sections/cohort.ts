/** Table 1 of the paper: what the patients and their tumours are like, by part of the split. */
import { type Summary, summarise } from "#evaluate/summary.ts";
import { type Numbering, section, tableBlock } from "#experiment/report/blocks.ts";
import type { DescribedPatient, ExperimentResult } from "#experiment/report/experiment-result.ts";
import type { Html } from "#experiment/report/html.ts";
import { countShare, medianRange, missing } from "#experiment/report/numbers.ts";
import { tumourSize } from "#experiment/report/tumour-size.ts";
import { descriptorTitle } from "./descriptors.ts";

export function cohort(result: ExperimentResult, numbering: Numbering): Html {
  return section("Patients", tableOne(result, numbering));
}

type Part = { readonly title: string; readonly patients: readonly DescribedPatient[] };

function tableOne(result: ExperimentResult, numbering: Numbering): Html {
  const parts = partsOf(result);
  const row = (name: string, value: (patients: readonly DescribedPatient[]) => string): string[] => [
    name,
    ...parts.map(({ patients }) => (patients.length === 0 ? missing : value(patients))),
  ];
  /** Nothing where no patient has it: with unknown spacing most is not known. */
  const isDescribed = (name: string): boolean =>
    result.patients.some(({ values }) => (values[name] ?? null) !== null);
  const range = (name: string, digits: number): string[][] =>
    isDescribed(name)
      ? [
          row(descriptorTitle(name), (patients) =>
            medianRange(
              over(patients, ({ values }) => values[name]),
              digits,
            ),
          ),
        ]
      : [];
  const shares = (name: string): string[][] =>
    wordsOf(result.patients, name).map((word) =>
      row(`  ${word}`, (patients) =>
        countShare(patients.filter(({ values }) => values[name] === word).length, patients.length),
      ),
    );
  const contact = (name: string): string[][] =>
    isDescribed(name)
      ? [
          row(descriptorTitle(name), (patients) =>
            countShare(patients.filter(({ values }) => values[name] === true).length, patients.length),
          ),
        ]
      : [];
  const { descriptor, digits } = tumourSize(result.spacing);
  const distances = [
    row("slice distance (mm)", (patients) =>
      medianRange(
        over(patients, ({ sliceMm }) => sliceMm),
        1,
      ),
    ),
    row("pixel (mm)", (patients) =>
      medianRange(
        over(patients, ({ pixelMm }) => pixelMm),
        2,
      ),
    ),
  ];
  return tableBlock(numbering, {
    title: "Patients and tumours",
    caption:
      result.spacing === "known"
        ? "Median (range) or number of patients (share). Unit of analysis: patient. Volume and shape are measured on the reference masks; side, lobe, height and contact are computed from mask and CT (the lobe is an estimate)."
        : "Median (range) or number of patients (share). Unit of analysis: patient. The spacing of these images is not known: size is in voxels of the CT's matrix, and what needs millimetres (volume, shape, lobe, contact) is left out. The side is computed from mask and CT.",
    header: ["", ...parts.map(({ title, patients }) => `${title} (n = ${patients.length})`)],
    rows: [
      ["Tumour"],
      ...range(descriptor, digits),
      ...range("sphericity", 2),
      ...range("surfaceToVolume", 3),
      ...contact("chestWallContact"),
      ...contact("mediastinumContact"),
      ["Side"],
      ...shares("side"),
      ...(isDescribed("lobe") ? [["Lobe (estimate)"], ...shares("lobe")] : []),
      ["CT"],
      row("slices", (patients) =>
        medianRange(
          over(patients, ({ slices }) => slices),
          0,
        ),
      ),
      row("slices with target", (patients) =>
        medianRange(
          over(patients, (patient) => patient.slicesWithTarget),
          0,
        ),
      ),
      ...(result.spacing === "known" ? distances : []),
      row("matrix", (patients) => [...new Set(patients.map(({ matrix }) => matrix.join(" × ")))].join(", ")),
    ],
  });
}

/** In a cross-validation every patient trains and tests: one column. */
function partsOf({ folds, patients }: ExperimentResult): Part[] {
  if (folds.length > 1) return [{ title: `all, in ${folds.length} folds`, patients }];
  const { train, validation, test } = folds[0];
  return [
    { title: "training", names: train },
    { title: "validation", names: validation },
    { title: "test", names: test },
  ]
    .filter(({ names }) => names.length > 0)
    .map(({ title, names }) => ({
      title,
      patients: patients.filter(({ patient }) => names.includes(patient)),
    }));
}

function over(
  patients: readonly DescribedPatient[],
  value: (patient: DescribedPatient) => DescribedPatient["values"][string] | undefined,
): Summary {
  return summarise(
    "patient",
    patients.map((patient) => {
      const found = value(patient);
      return typeof found === "number" ? found : null;
    }),
  );
}

function wordsOf(patients: readonly DescribedPatient[], name: string): string[] {
  const words = patients.map(({ values }) => values[name]).filter((value) => typeof value === "string");
  return [...new Set(words)].sort();
}
