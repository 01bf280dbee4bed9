/** The result of the experiment, from what is known of the cohort and what the folds gave. */
import { basename, resolve } from "node:path";
import { metricTables } from "#evaluate/evaluate-pair.ts";
import { machineFacts } from "#platform/machine-facts.ts";
import { compareNetworks, gatherNetwork } from "./gather-result.ts";
import type { ExperimentResult, NetworkResult, StressGroup } from "./report/experiment-result.ts";
import { configurationOf, type ExperimentRequest } from "./request.ts";
import type { FoldResults } from "./run-folds.ts";
import { stressGroups } from "./stress-set.ts";
import type { PatientTest } from "./test-patients.ts";

/** What was known before anything was trained. */
type Beginning = Pick<ExperimentResult, "spacing" | "patients" | "split" | "folds"> & {
  /** As ISO 8601. */
  readonly startedAt: string;
};

/** Reads the trainings' logs; it is finished now. */
export async function assembleResult(
  request: ExperimentRequest,
  { startedAt, ...cohort }: Beginning,
  results: FoldResults,
): Promise<ExperimentResult> {
  const { tests, trainings } = results;
  const networks: NetworkResult[] = [];
  for (const network of request.networks) {
    const networkTrainings = trainings.filter((training) => training.network === network);
    const tested = { tests, patients: cohort.patients, spacing: cohort.spacing };
    networks.push(await gatherNetwork(network, configurationOf(request, network), networkTrainings, tested));
  }
  return {
    format: 1,
    protocol: request.protocol,
    cohort: basename(resolve(request.cohort)),
    spacing: cohort.spacing,
    patients: cohort.patients,
    split: cohort.split,
    folds: cohort.folds,
    networks,
    comparisons: compareNetworks(networks, cohort.patients, request.configuration.seed),
    stress: stressTables(request, results),
    timedOn: [...new Set(tests.map(({ machine }) => machine))].sort(),
    provenance: {
      ...machineFacts(request.threads),
      startedAt,
      finishedAt: new Date().toISOString(),
      commands: request.commands,
    },
  };
}

/** The tests of a group of the stress set. */
export function testsOfGroup(
  { stressPatients, stressTests }: Pick<FoldResults, "stressPatients" | "stressTests">,
  group: string,
): PatientTest[] {
  const names = stressPatients.filter((patient) => patient.group === group).map(({ name }) => name);
  return stressTests.filter(({ patient }) => names.includes(patient));
}

/** A table a network for each group that was tested. */
function stressTables(request: ExperimentRequest, results: FoldResults): StressGroup[] {
  return stressGroups.flatMap(({ name, title, what }) => {
    const groupTests = testsOfGroup(results, name);
    if (groupTests.length === 0) return [];
    const tables = request.networks.map(
      (_, at) => metricTables(groupTests.map((test) => test.networks[at].evaluation)).patients,
    );
    return [{ name, title, what, tables }];
  });
}
