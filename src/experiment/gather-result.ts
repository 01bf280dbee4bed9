/** From the stages' results to the result of the experiment: tables, tests, correlations, strata. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Spacing } from "#contract/cohort-manifest.ts";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import { addInput, createGraph, elementCount } from "#engine/graph.ts";
import { createTape } from "#engine/tape.ts";
import { compareTables } from "#evaluate/compare-tables.ts";
import { correlateTable } from "#evaluate/correlate-table.ts";
import { metricTables } from "#evaluate/evaluate-pair.ts";
import { type MetricTable, overlapOnly } from "#evaluate/metric-table.ts";
import {
  type StratifiedTable,
  strataByCutPoints,
  strataByThirds,
  strataByValue,
  stratifyTable,
} from "#evaluate/stratify-table.ts";
import { networkNamed } from "#networks/networks.ts";
import type { LossCurve } from "#pictures/figures/loss-curves.ts";
import { channelCount } from "#preprocess/context.ts";
import { blandAltman } from "#statistics/bland-altman.ts";
import { summarise } from "#statistics/summary.ts";
import { bestEpoch, meanByEpoch, readLog } from "#training/run/logs/read-logs.ts";
import type {
  DescribedPatient,
  NetworkComparison,
  NetworkResult,
  TrainingOutcome,
} from "./report/experiment-result.ts";
import { comparedPart, dependenceMetrics, withColumns, withReference } from "./report/metric-groups.ts";
import type { PatientTest } from "./test-patients.ts";
import type { TrainedNetwork } from "./train-networks.ts";

/** Balls of 3, 5 and 7 cm: where the eighth edition of TNM parts T1, T2, T3 and T4 by size. */
const volumeCutPointsCc = [14.1, 65.4, 179.6] as const;

export type FoldTraining = TrainedNetwork & {
  readonly fold: number;
  readonly digest: string;
  readonly images: number;
  /** Operating point of the model. */
  readonly threshold: number;
};

/** What was tested, of all networks, and what is known of the patients. */
type Tested = {
  readonly tests: readonly PatientTest[];
  readonly patients: readonly DescribedPatient[];
  readonly spacing: Spacing;
};

export async function gatherNetwork(
  network: string,
  configuration: TrainingConfiguration,
  trainings: readonly FoldTraining[],
  { tests, patients, spacing }: Tested,
): Promise<NetworkResult> {
  const networkTests = tests.map(({ networks }) => testOf(networks, network));
  const measured = metricTables(networkTests.map(({ evaluation }) => evaluation));
  const shown = spacing === "known" ? (table: MetricTable) => table : overlapOnly;
  const tables = { patients: shown(measured.patients), slices: shown(measured.slices) };
  const title = networkTitle(network);
  const training: TrainingOutcome[] = [];
  const curves: LossCurve[] = [];
  for (const { fold, directory, steps, elapsedMs, digest, images } of trainings) {
    const log = await readLog(join(directory, "loss.csv"));
    const epochs = await readFile(join(directory, "epochs.csv"), "utf8").catch(() => undefined);
    const validation = epochs === undefined ? [] : meanByEpoch(epochs, "validation_loss");
    const curve = { network: title, fold, training: meanByEpoch(log, "loss"), validation };
    curves.push(curve);
    training.push({
      fold,
      steps,
      images,
      finalLoss: curve.training.at(-1)?.loss ?? 0,
      finalValidationLoss: curve.validation.at(-1)?.loss ?? null,
      modelEpoch: (epochs === undefined ? undefined : bestEpoch(epochs)) ?? configuration.epochs,
      elapsedMs,
      modelDigest: digest,
    });
  }
  const described = patients.filter(({ patient }) =>
    tables.patients.rows.some((row) => row.patient === patient),
  );
  const volumes = networkTests.map(({ evaluation: { volume } }) => volume.values);
  return {
    network,
    title,
    configuration,
    threshold: trainings[0].threshold,
    parameters: countParameters(configuration),
    training,
    curves,
    ...tables,
    sliceMs: summarise(
      "slice",
      networkTests.flatMap(({ sliceMs }) => sliceMs),
    ),
    patientSeconds: summarise(
      "patient",
      networkTests.map(({ patientMs }) => patientMs / 1000),
    ),
    volumes:
      spacing === "unknown"
        ? null
        : blandAltman(
            volumes.map(({ predictionCc }) => predictionCc ?? 0),
            volumes.map(({ referenceCc }) => referenceCc ?? 0),
          ),
    correlations: correlateTable(
      withColumns(tables.patients, ({ name }) => dependenceMetrics.includes(name)),
      described,
    ),
    strata: stratify(tables.patients, described, spacing),
  };
}

export function compareNetworks(
  networks: readonly NetworkResult[],
  patients: readonly DescribedPatient[],
  seed: number,
): NetworkComparison[] {
  const [first, ...others] = networks;
  const persons = new Map(patients.map(({ patient, person }) => [patient, person]));
  const options = { seed, personOf: (patient: string) => persons.get(patient) ?? patient };
  return others.map((other) => ({
    a: first.title,
    b: other.title,
    patient: compareTables(comparedPart(first.patients), comparedPart(other.patients), options),
    slice: compareTables(
      comparedPart(withReference(first.slices)),
      comparedPart(withReference(other.slices)),
      options,
    ),
  }));
}

function networkTitle(network: string): string {
  const titles: Readonly<Record<string, string | undefined>> = {
    "modified-resnet34": "modified ResNet34",
    "u-net": "U-Net",
  };
  return titles[network] ?? network;
}

function testOf<Test extends { readonly network: string }>(tests: readonly Test[], network: string): Test {
  const networkTest = tests.find((test) => test.network === network);
  if (networkTest === undefined) throw new Error(`a test without ${network}`);
  return networkTest;
}

/** Strata of what is known of the patients; by size in thirds where a T by size cannot be told. */
function stratify(
  table: MetricTable,
  described: readonly DescribedPatient[],
  spacing: Spacing,
): StratifiedTable[] {
  return [
    spacing === "known"
      ? strataByCutPoints(described, "volumeCc", volumeCutPointsCc, 0)
      : strataByThirds(described, "voxels"),
    ...["mediastinumContact", "chestWallContact", "side", "lobe"].map((name) =>
      strataByValue(described, name),
    ),
  ]
    .filter(({ ofPatient }) => ofPatient.size > 0)
    .map((strata) => stratifyTable(table, strata));
}

function countParameters(configuration: TrainingConfiguration): number {
  const { network, width, dropout, attention, size } = configuration;
  const graph = createGraph();
  const tape = createTape(graph);
  const image = addInput(graph, "image", [1, channelCount(configuration), size, size]);
  networkNamed(network, { width, dropoutRate: dropout, attention })(tape, image);
  return tape.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
