/**
 * A small experiment made up for the tests of the report: numbers that nobody measured, through the same statistics as real
 * ones. Not part of the program's results.
 */
import { defaultTraining, type NetworkName } from "#contract/training-configuration.ts";
import { createRandom } from "#core/random.ts";
import { compareTables } from "#evaluate/compare-tables.ts";
import { correlateTable } from "#evaluate/correlate-table.ts";
import { metricTables, type PairEvaluation } from "#evaluate/evaluate-pair.ts";
import { strataByValue, stratifyTable } from "#evaluate/stratify-table.ts";
import { blandAltman } from "#statistics/bland-altman.ts";
import { summarise } from "#statistics/summary.ts";
import type { DescribedPatient, ExperimentResult, NetworkResult } from "./experiment-result.ts";
import { comparedPart, dependenceMetrics, withColumns, withReference } from "./metric-groups.ts";

const names = Array.from({ length: 6 }, (_, at) => `patient-${at + 1}`);
const sides = ["left", "right"] as const;

export function exampleResult(cohort = "example"): ExperimentResult {
  const patients = names.map(describe);
  const networks = [
    exampleNetwork("modified-resnet34", "modified ResNet34", 0.8, patients),
    exampleNetwork("u-net", "U-Net", 0.7, patients),
  ];
  const [first, second] = networks;
  const parts = { train: ["patient-0"], validation: [], test: [...names] };
  return {
    format: 1,
    protocol: "zhang2020",
    cohort,
    spacing: "known",
    patients,
    split: { ...parts, format: 1, seed: 7 },
    folds: [parts],
    networks,
    comparisons: [
      {
        a: first.title,
        b: second.title,
        patient: compareTables(comparedPart(first.patients), comparedPart(second.patients), { seed: 1 }),
        slice: compareTables(
          comparedPart(withReference(first.slices)),
          comparedPart(withReference(second.slices)),
          { seed: 1 },
        ),
      },
    ],
    stress: [
      {
        name: "small",
        title: "Small tumours",
        what: "1 to 5 cc",
        tables: networks.map((network) => network.patients),
      },
    ],
    timedOn: ["a processor, 2 threads"],
    provenance: {
      program: "delineate",
      version: "0.0.0",
      node: "v24",
      runtime: "runtime",
      platform: "linux-x64",
      processor: "a processor",
      cores: 2,
      threads: 2,
      memoryGb: 8,
      startedAt: "2020-01-01T00:00:00.000Z",
      finishedAt: "2020-01-01T01:00:00.000Z",
      commands: ["delineate experiment example --out out"],
    },
  };
}

function describe(patient: string, at: number): DescribedPatient {
  const volumeCc = 3 * 2 ** at;
  return {
    patient,
    values: { volumeCc, sphericity: 0.9 - 0.05 * at, side: sides[at % 2], mediastinumContact: at > 2 },
    slices: 60 + at,
    slicesWithTarget: 5 + at,
    matrix: [512, 512],
    pixelMm: 0.9,
    sliceMm: 5,
  };
}

function exampleNetwork(
  network: NetworkName,
  title: string,
  level: number,
  patients: readonly DescribedPatient[],
): NetworkResult {
  const random = createRandom(network);
  const pairs = patients.map(({ patient, values: { volumeCc } }): PairEvaluation => {
    const dsc = level + random.uniform(-0.1, 0.1);
    const values = { dsc, jsc: dsc / (2 - dsc), tpr: dsc, fpr: 0.001 * random.next() };
    const reference = typeof volumeCc === "number" ? volumeCc : 0;
    const slice = { patient, slice: 30, values };
    const empty = { patient, slice: 31, values: { dsc: 0, jsc: 0, tpr: null, fpr: 0.001 } };
    return {
      volume: { patient, values: { ...values, referenceCc: reference, predictionCc: reference * level } },
      slices: [slice, empty],
    };
  });
  const tables = metricTables(pairs);
  const references = pairs.map(({ volume }) => volume.values.referenceCc ?? 0);
  const dependenceTable = withColumns(tables.patients, ({ name }) => dependenceMetrics.includes(name));
  return {
    network,
    title,
    configuration: { ...defaultTraining, network },
    threshold: 0.5,
    parameters: 12345,
    training: [
      {
        fold: 1,
        steps: 100,
        images: 600,
        finalLoss: 0.0123,
        finalValidationLoss: 0.0345,
        modelEpoch: 3,
        elapsedMs: 3_600_000,
        modelDigest: "abc",
      },
    ],
    curves: [
      {
        network: title,
        fold: 1,
        training: [1, 2, 3].map((epoch) => ({ epoch, loss: 0.1 / epoch })),
        validation: [],
      },
    ],
    ...tables,
    sliceMs: summarise("slice", [20, 22, 27]),
    patientSeconds: summarise("patient", [2, 2.4, 3.1]),
    volumes: blandAltman(
      references.map((volume) => volume * level),
      references,
    ),
    correlations: correlateTable(dependenceTable, patients),
    strata: [strataByValue(patients, "side")].map((strata) => stratifyTable(tables.patients, strata)),
  };
}
