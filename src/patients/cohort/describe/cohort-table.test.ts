import { expect, test } from "vitest";
import type { TumourDescription } from "#anatomy/describe-tumour.ts";
import { patientPoint } from "#core/coordinates.ts";
import { parseCsv } from "#formats/csv.ts";
import { clinicalRecords } from "./clinical-record.ts";
import { type CohortMember, cohortTable } from "./cohort-table.ts";

/** As the archive's own file has them: R's column names, NA, sub-stages. */
const csv =
  'PatientID,age,clinical.T.Stage,Overall.Stage,Histology,gender\nLUNG1-001,78.7515,2,IIIb,"large cell",male\nLUNG1-002,NA,2,I,NA,female\nLUNG1-003,62.1,,IV,"Squamous cell carcinoma",female\n';

test("NSCLC-Radiomics' columns are understood, NA is missing, IIIb is III", () => {
  const records = clinicalRecords(parseCsv(csv));
  expect(records?.get("LUNG1-001")).toEqual({
    ageYears: 78.7515,
    sex: "male",
    stage: "III",
    histology: "large cell",
  });
  expect(records?.get("LUNG1-002")).toEqual({
    ageYears: undefined,
    sex: "female",
    stage: "I",
    histology: undefined,
  });
  expect(clinicalRecords(parseCsv("age\n5\n"))).toBeUndefined();
});

test("the column of the patient's ID is taken before one that numbers the rows", () => {
  const records = clinicalRecords(parseCsv("id,PatientID,age\n1,7,60\n7,8,50\n"));
  expect(records?.get("7")?.ageYears).toBe(60);
});

test("two rows of one patient are refused where they differ", () => {
  const rows = (first: string, second: string) =>
    parseCsv(`PatientID,age,Overall.Stage\na,60,${first}\nb,50,I\na ,60,${second}\n`);
  expect(clinicalRecords(rows("IIIa", "IIIb"))?.get("a")?.stage).toBe("III");
  expect(() => clinicalRecords(rows("I", "IV"), "clinical.csv")).toThrow(/clinical\.csv: row 3/);
  // What one leaves out the other may give.
  for (const [first, second] of [
    ["NA", "IIIb"],
    ["IIIa", ""],
  ] as const)
    expect(clinicalRecords(rows(first, second))?.get("a")).toMatchObject({ ageYears: 60, stage: "III" });
});

test.each([
  ["Ia", "I"],
  ["IB", "I"],
  ["IIa", "II"],
  ["IIIC", "III"],
  ["IVB", "IV"],
  ["Stage IIIA", "III"],
  ["3", "III"],
  ["IA2", "I"],
  ["IV B", "IV"],
  ["3b", "III"],
  ["IIIa/b", "III"],
  ["unclear", undefined],
  ["in situ", undefined],
  ["indeterminate", undefined],
  ["10", undefined],
])("stage %s is %s", (text, stage) => {
  expect(clinicalRecords([{ PatientID: "a", "Overall.Stage": text }])?.get("a")?.stage).toBe(stage);
});

function member(volumeCc: number, lobe: TumourDescription["lobe"]): CohortMember {
  const tumour: TumourDescription = {
    voxels: 40 * volumeCc,
    volumeCc,
    centre: patientPoint(0, 0, 0),
    sphericity: 0.9,
    surfaceToVolume: 0.1,
    side: lobe?.startsWith("left") ? "left" : "right",
    lobe,
    chestWallMm: 3,
    mediastinumMm: 30,
    chestWallContact: true,
    mediastinumContact: false,
  };
  return { name: String(volumeCc), tumour, clinical: undefined };
}

test("counts, percentages, median and range stand beside what is missing, one column a group", () => {
  const train = [
    member(10, "left-upper"),
    member(30, "right-middle"),
    member(20, "left-upper"),
    member(40, "left-lower"),
  ];
  const tested: CohortMember[] = [
    member(5, "right-lower"),
    { name: "x", tumour: undefined, clinical: undefined },
  ];
  const { columns, rows } = cohortTable([
    { title: "training", members: train },
    { title: "test", members: tested },
  ]);
  expect(columns).toEqual(["training", "test"]);
  const cells = (characteristic: string, category: string) =>
    rows.find((row) => row.characteristic === characteristic && row.category === category)?.cells;
  expect(cells("Patients", "")).toEqual(["4", "2"]);
  expect(cells("GTV, cc", "median (range)")).toEqual(["25.0 (10.0 - 40.0)", "5.0 (5.0 - 5.0), 1 missing"]);
  expect(cells("Side", "left")).toEqual(["3 (75 %)", "0 (0 %)"]);
  expect(cells("Side", "missing")).toEqual(["0 (0 %)", "1 (50 %)"]);
  expect(cells("Lobe (estimate)", "left upper")).toEqual(["2 (50 %)", "0 (0 %)"]);
  expect(cells("Age, years", "median (range)")).toEqual(["missing", "missing"]);
  expect(cells("Stage", "missing")).toEqual(["4 (100 %)", "2 (100 %)"]);
});

test("with unknown spacing the size is in voxels, and what needs millimetres has no row", () => {
  const members: CohortMember[] = [{ name: "a", tumour: { voxels: 120, side: "left" }, clinical: undefined }];
  const { rows } = cohortTable([{ title: "all", members }], "unknown");
  expect(rows.find(({ characteristic }) => characteristic === "GTV, voxels")?.cells).toEqual([
    "120 (120 - 120)",
  ]);
  expect(rows.filter(({ characteristic }) => /cc|Lobe|Contact|Sphericity/.test(characteristic))).toEqual([]);
});

test("a tumour that is smaller than the last decimal is not printed as none", () => {
  const members = [0.04, 0.0003, 12.34].map((volumeCc, at) => ({
    ...{ name: `p${at}`, tumour: { volumeCc }, clinical: undefined },
  }));
  const { rows } = cohortTable([{ title: "small", members }]);
  expect(rows.find(({ characteristic }) => characteristic === "GTV, cc")?.cells).toEqual([
    "0.040 (< 0.001 - 12.3)",
  ]);
});
