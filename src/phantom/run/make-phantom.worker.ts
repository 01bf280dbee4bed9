/** One phantom patient on disk: a CT series and an RTSTRUCT of its GTV, proved. Runs on a worker thread. */
import { createRandom } from "#core/random.ts";
import { generatePatient, type PhantomDescription } from "#phantom/generate.ts";
import type { TumourPlan } from "#phantom/table1.ts";
import type { Variety } from "#phantom/variety.ts";
import { answerTasks } from "#platform/worker-task.ts";
import { writeSyntheticPatient } from "./write-synthetic-patient.ts";

export type PhantomTask = {
  readonly seed: number;
  /** 1-based number of the patient. */
  readonly patient: number;
  readonly size: number;
  readonly variety?: Variety | undefined;
  /** A tumour that is wanted; otherwise it is drawn. */
  readonly tumourPlan?: TumourPlan | undefined;
  readonly directory: string;
};

async function makePhantom({
  seed,
  patient,
  size,
  variety = "paper",
  tumourPlan,
  directory,
}: PhantomTask): Promise<PhantomDescription> {
  const random = createRandom(seed).fork(patient);
  const { grid, hu, gtv, description } = generatePatient(random, { size, variety, tumourPlan });
  const wanted = tumourPlan === undefined ? "" : `/${Object.values(tumourPlan).join("-")}`;
  await writeSyntheticPatient(directory, {
    grid,
    hu,
    gtv,
    uidName: `phantom/${seed}/${patient}/${size}/${variety}${wanted}`,
    patientName: `Phantom^Seed${seed}^${patient}`,
    // One drawn body whatever the matrix and the variety: a split or a training that meets both counts one person.
    patientId: `PHANTOM-${seed}-${patient}`,
    kernel: description.kernel,
    algorithmDescription: "phantom generator, the true tumour",
    notes: { name: "phantom.json", value: { seed, patient, size, variety, ...description } },
  });
  return description;
}

answerTasks(makePhantom);
