/**
 * The test: each patient is contoured by every network, compared with the reference, and timed. The networks take turns at
 * going first, so that what else the machine does meets both; a first run of each is not counted.
 */
import { join } from "node:path";
import { silentProgress } from "#core/progress.ts";
import { evaluatePair, type PairEvaluation } from "#evaluate/evaluate-pair.ts";
import { writeNifti } from "#formats/nifti.ts";
import type { Predict } from "#model/model-input.ts";
import type { LoadedModel, RunnableModel } from "#model/run/load-model.ts";
import type { LoadedPatient } from "#patients/load-patient.ts";
import { machineFacts } from "#platform/machine-facts.ts";
import type { Work } from "#platform/work.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { channelCount } from "#preprocess/context.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { stage, stopIfAsked } from "./stage.ts";

export type OpenNetwork = { readonly network: string; readonly model: LoadedModel };

type NetworkTest = {
  readonly network: string;
  readonly evaluation: PairEvaluation;
  /** The network alone, for each slice of the CT. */
  readonly sliceMs: readonly number[];
  /** From the CT in memory to the mask. */
  readonly patientMs: number;
};

/** In the networks' order. */
export type PatientTest = {
  readonly patient: string;
  readonly networks: readonly NetworkTest[];
  /** On which it was timed: "a processor, 8 threads". */
  readonly machine: string;
};

type TestPlaces = {
  /** A result a patient. */
  readonly results: string;
  /** The contours, a folder per network. */
  readonly contours: string;
  /** Of one operator; all cores without it. */
  readonly threads: number | undefined;
};

export async function testPatients(
  patients: readonly { readonly name: string; load(): Promise<LoadedPatient> }[],
  networks: readonly OpenNetwork[],
  places: TestPlaces,
  { progress, signal }: Work,
): Promise<PatientTest[]> {
  const tests: PatientTest[] = [];
  let warm = false;
  for (const [index, { name, load }] of patients.entries()) {
    stopIfAsked(signal);
    const order = index % 2 === 0 ? networks : [...networks].reverse();
    const test = await stage(resultPath(places.results, name), async () => {
      // Whoever was tested before an interruption warmed up another process.
      if (!warm) await warmUp(networks);
      warm = true;
      const loaded = await load();
      const measured: NetworkTest[] = [];
      for (const network of order) measured.push(await testNetwork(name, loaded, network, places.contours));
      const { processor, threads } = machineFacts(places.threads);
      return {
        patient: name,
        machine: `${processor}, ${threads} threads`,
        networks: networks.map(({ network }) => {
          const networkTest = measured.find((candidate) => candidate.network === network);
          if (networkTest === undefined) throw new Error(`${network} was not tested`);
          return networkTest;
        }),
      };
    });
    tests.push(test);
    progress.report("testing", tests.length, patients.length, name);
  }
  return tests;
}

async function testNetwork(
  patient: string,
  { ct, target }: LoadedPatient,
  { network, model }: OpenNetwork,
  contours: string,
): Promise<NetworkTest> {
  const sliceMs: number[] = [];
  // One slice at a time, as the paper gives its times.
  const timed: RunnableModel = {
    ...model,
    largestBatch: 1,
    predict: async (...parameters: Parameters<Predict>): Promise<Float32Array> => {
      const startedMs = performance.now();
      const probabilities = await model.predict(...parameters);
      sliceMs.push(performance.now() - startedMs);
      return probabilities;
    },
  };
  const startedMs = performance.now();
  // The paper's networks see every slice.
  const { mask } = await contourCt(ct, timed, {
    cleanUp: "largest",
    region: "all",
    progress: silentProgress,
  });
  const patientMs = performance.now() - startedMs;
  await writeFileAtomic(
    contourPath(contours, network, patient),
    writeNifti({ name: "GTV", mask }, { gzip: true }),
    {
      force: true,
    },
  );
  return { network, evaluation: evaluatePair(patient, target, mask), sliceMs, patientMs };
}

/** Of a patient's test, in the folder of such results. */
export function resultPath(results: string, patient: string): string {
  return join(results, `${patient}.json`);
}

export function contourPath(contours: string, network: string, patient: string): string {
  return join(contours, network, `${patient}.nii.gz`);
}

/** The first run of a session allocates its memory. */
async function warmUp(networks: readonly OpenNetwork[]): Promise<void> {
  for (const { model } of networks) {
    const { size } = model.input;
    await model.predict(new Float32Array(channelCount(model.input) * size * size), 1);
  }
}
