/**
 * What an experiment's results belong to besides its request: its patients with their files, and the split that was drawn of them.
 * Both stand in its folder, `patients.json` and `split.json`. A cohort that changed since is refused: drawn again, the split would
 * test finished models on patients that they were trained on, and results kept by a patient's name would be of other files.
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { CohortSplit } from "#contract/cohort-split.ts";
import { DelineateError } from "#core/errors.ts";
import type { CohortPatient } from "#patients/cohort/open-cohort.ts";
import { exists } from "#platform/missing.ts";
import type { ExperimentRequest } from "./request.ts";
import { stage } from "./stage.ts";

type HeldPatient = { readonly name: string; readonly group: string; readonly fingerprint: string };
type Held = { readonly format: 1; readonly patients: readonly HeldPatient[] };

/** Where each patient is described, a file each. */
export function descriptionsFolder({ out }: Pick<ExperimentRequest, "out">): string {
  return join(out, "patients");
}

/** The list of its patients. */
export function heldPatientsPath({ out }: Pick<ExperimentRequest, "out">): string {
  return join(out, "patients.json");
}

/** Before anything is read. Throws `bad-cohort` where the patients, their files or who is one person differ from the first start's. */
export async function holdPatients(
  request: Pick<ExperimentRequest, "out" | "configuration">,
  cohort: readonly Pick<CohortPatient, "name" | "group" | "fingerprint">[],
): Promise<void> {
  const path = heldPatientsPath(request);
  const patients = await Promise.all(
    cohort.map(async ({ name, group, fingerprint }) => ({
      ...{ name, group },
      fingerprint: await fingerprint(request.configuration.roi),
    })),
  );
  const heldCohort = await stage<Held>(path, async () => {
    // In this order: another process writes the list before it describes.
    if ((await exists(descriptionsFolder(request))) && !(await exists(path))) throw unknownPatients(request);
    return { format: 1, patients };
  });
  const changes = changesOf(heldCohort.patients, patients);
  if (changes.length > 0)
    throw new DelineateError(
      "bad-cohort",
      `The cohort is not the one that this experiment began with (${path}): ${changes.join("; ")}. Restore the cohort, or choose another --out.`,
    );
}

/** Throws `bad-cohort` where the first start split the patients otherwise. */
export async function holdSplit({ out }: Pick<ExperimentRequest, "out">, split: CohortSplit): Promise<void> {
  const path = join(out, "split.json");
  const heldSplit = await stage(path, async () => split);
  if (isDeepStrictEqual(heldSplit, JSON.parse(JSON.stringify(split)))) return;
  throw new DelineateError(
    "bad-cohort",
    `This experiment began with another split (${path}) than is drawn now: its models would be tested on patients that they were trained on. Choose another --out; --split ${path} takes the old split there.`,
  );
}

function unknownPatients({ out }: Pick<ExperimentRequest, "out">): DelineateError {
  return new DelineateError(
    "bad-cohort",
    `${out} was begun by a version that did not keep which patients it began with: whether they are the same now cannot be told. Choose another --out.`,
  );
}

/** "added: case-0007, case-0008" */
function changesOf(before: readonly HeldPatient[], now: readonly HeldPatient[]): string[] {
  const [former, current] = [before, now].map(
    (patients) => new Map(patients.map((patient) => [patient.name, patient])),
  );
  const changed = (key: "group" | "fingerprint") => (patient: HeldPatient) => {
    const formerPatient = former.get(patient.name);
    return formerPatient !== undefined && formerPatient[key] !== patient[key];
  };
  const kinds = [
    { what: "added", patients: now.filter(({ name }) => !former.has(name)) },
    { what: "missing", patients: before.filter(({ name }) => !current.has(name)) },
    {
      what: "with other files (written anew, or another target)",
      patients: now.filter(changed("fingerprint")),
    },
    { what: "counted to another person", patients: now.filter(changed("group")) },
  ];
  return kinds
    .filter(({ patients }) => patients.length > 0)
    .map(({ what, patients }) => `${what}: ${someOf(patients.map(({ name }) => name))}`);
}

const shownNames = 10;

function someOf(names: readonly string[]): string {
  const rest = names.length - shownNames;
  return `${names.slice(0, shownNames).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
