/** What a training is settled on before an image is read: patients, configuration and graph, those of its checkpoint where it goes on. */
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { modelLabels } from "#contract/model-metadata.ts";
import { settingIn } from "#contract/plan.ts";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import { emitTraining, type InputSize, type Network, type TrainingGraph } from "#engine/emit.ts";
import type { Device, SessionOptions } from "#engine/runtime/session.ts";
import { networkNamed } from "#networks/networks.ts";
import { type CohortPatient, openCohort, patientsNamed } from "#patients/cohort/open-cohort.ts";
import { exists } from "#platform/missing.ts";
import { inputChannels } from "#preprocess/prompt-view.ts";
import { lossNamed } from "#training/losses/losses.ts";
import { type Checkpoint, type ModelToBe, readCheckpoint } from "../checkpoint.ts";
import { choosePatients, nameAdditions } from "../choose-patients.ts";
import type { AddedCohort, OpenAddition } from "../load-training-set.ts";
import type { TrainRequest } from "../train-request.ts";
import { thresholdOf } from "./start-from.ts";

const paperThreshold = 0.5;

export type SettledTraining = {
  /** Undefined for a training that begins. */
  readonly checkpoint: Checkpoint | undefined;
  readonly configuration: TrainingConfiguration;
  /** Names of the patients that train. */
  readonly patients: readonly string[];
  /** Names of the patients that validate, maybe none. */
  readonly validation: readonly string[];
  /** With the names of their patients. */
  readonly additions: readonly AddedCohort[];
  /** The same patients, opened. */
  readonly opened: {
    readonly training: readonly CohortPatient[];
    readonly validating: readonly CohortPatient[];
    readonly added: readonly OpenAddition[];
  };
  /** Who was left out of them. */
  readonly findings: readonly Finding[];
  readonly model: ModelToBe;
  readonly network: Network;
  readonly size: InputSize;
  readonly graph: TrainingGraph;
  readonly session: SessionOptions & { readonly device: Device };
};

/**
 * Throws `bad-checkpoint` where there is none to resume from, or one that was begun with patients that nobody could choose so now, `file-exists` where one would be overwritten, and `usage` for a
 * name that no model may have, a batch that has no equal parts, a share of a start that it does not have, patients that cannot be chosen so, and settings that differ from those it goes on with.
 */
export async function settleTraining(request: TrainRequest): Promise<SettledTraining> {
  const path = join(request.out, "checkpoint.safetensors");
  const checkpoint = request.resume ? await readCheckpoint(path) : undefined;
  const configuration = checkpoint?.configuration ?? request.configuration;
  if (checkpoint === undefined) {
    if (await exists(path))
      throw new DelineateError(
        "file-exists",
        `${request.out} holds a training: go on with it by --resume, or choose another --out.`,
      );
    // Of a training whose checkpoint was removed, or laid there by somebody: the new one would take its place.
    const model = join(request.out, "model.onnx");
    if (await exists(model))
      throw new DelineateError("file-exists", `${model} exists already: choose another --out, or move it.`);
  } else {
    refuseOtherPlan(request, checkpoint.configuration);
    refuseOtherPatients(request, checkpoint);
    refuseOtherModel(request, checkpoint);
  }
  const { batch, accumulate } = configuration;
  if (batch % accumulate !== 0)
    throw new DelineateError("usage", `A batch of ${batch} cannot be computed in ${accumulate} equal parts.`);
  if (configuration.startShare > 0 && checkpoint === undefined && request.startFrom === undefined)
    throw new DelineateError(
      "usage",
      "startShare keeps a share of the weights that a training starts from: say which with --start-from, or leave it out.",
    );
  const checkpointPath = checkpoint === undefined ? undefined : path;
  const wanted = {
    patients: checkpoint?.patients ?? request.patients,
    validation: checkpoint?.validationPatients ?? request.validation,
    checkpointPath,
  };
  const first = { path: request.cohort, all: await openCohort(request.cohort) };
  const { patients, validation } = choosePatients(first.all, wanted, configuration.patience);
  const place = { source: "the training", path: request.cohort };
  const [training, validating] = [patients, validation].map((names) =>
    patientsNamed(first.all, names, place),
  );
  const wantedAdditions = checkpoint?.additions ?? request.additions;
  const { additions, findings, added } = await nameAdditions(first, wantedAdditions, {
    patients,
    checkpointPath,
  });
  const network = networkNamed(configuration.network, {
    width: configuration.width,
    dropoutRate: configuration.dropout,
    attention: configuration.attention,
  });
  const size = {
    channels: inputChannels(configuration),
    height: configuration.size,
    width: configuration.size,
  };
  const loss = lossNamed(configuration.loss, configuration.lossParameters);
  const threads = request.threads === undefined ? {} : { threads: request.threads };
  return {
    checkpoint,
    configuration,
    patients,
    validation,
    additions,
    findings,
    opened: { training, validating, added },
    model: checkpoint?.model ?? (await modelToBe(request, configuration, checkpoint === undefined)),
    network,
    size,
    graph: emitTraining(network, size, { batch: batch / accumulate, loss, l2: configuration.l2 }),
    session: { device: request.device ?? "cpu", ...threads },
  };
}

/** Throws `usage` for a name or a version that no model may have, and what reading the model to start from throws. */
async function modelToBe(
  { name, version = "1", threshold, startFrom }: TrainRequest,
  { network }: TrainingConfiguration,
  begins: boolean,
): Promise<ModelToBe> {
  for (const [option, label, schema] of [
    ["--name", name, modelLabels.name],
    ["--model-version", version, modelLabels.version],
  ] as const) {
    const { error } = schema.optional().safeParse(label);
    if (error !== undefined) throw new DelineateError("usage", `${option}: ${error.issues[0].message}.`);
  }
  // One that goes on from a checkpoint that does not say began when nobody looked at its start.
  const started = startFrom === undefined || !begins ? undefined : await thresholdOf(startFrom);
  return {
    ...{ name: name ?? network, version, threshold: threshold ?? started ?? paperThreshold },
    ...(startFrom === undefined ? {} : { startedFrom: basename(startFrom) }),
  };
}

/** A training that goes on cannot change what its model is called, where its checkpoint says that, nor what it began with. */
function refuseOtherModel(request: TrainRequest, { model }: Checkpoint): void {
  const { startFrom } = request;
  if (model !== undefined && startFrom !== undefined && basename(startFrom) !== model.startedFrom)
    throw new DelineateError(
      "usage",
      `--resume goes on with a training that began with ${model.startedFrom ?? "drawn weights"}, not ${basename(startFrom)}: leave --start-from out, or train anew into another folder.`,
    );
  for (const what of ["name", "version", "threshold"] as const) {
    const [asked, has] = [request[what], model?.[what]];
    if (asked === undefined || has === undefined || asked === has) continue;
    throw new DelineateError(
      "usage",
      `--resume goes on with the model that the training was begun for, whose ${what} is ${has}, not ${asked}: leave it out, or train anew into another folder.`,
    );
  }
}

/** A training that goes on cannot change its patients. To name none, or the same as before, is no change. */
function refuseOtherPatients(request: TrainRequest, checkpoint: Checkpoint): void {
  const cohorts = (added: readonly AddedCohort[]) => added.map(({ cohort, weight }) => `${cohort}:${weight}`);
  const comparisons: readonly [string, readonly string[] | undefined, readonly string[] | undefined][] = [
    ["the patients that train", request.patients, checkpoint.patients],
    ["the patients that validate", request.validation, checkpoint.validationPatients ?? []],
    [
      "the cohorts of --with",
      request.additions.length === 0 ? undefined : cohorts(request.additions),
      cohorts(checkpoint.additions),
    ],
  ];
  for (const [what, asked, has] of comparisons) {
    if (asked === undefined || isDeepStrictEqual([...asked].sort(), has && [...has].sort())) continue;
    throw new DelineateError(
      "usage",
      `--resume goes on with the patients that the training was begun with, and ${what} are others here: leave them out, or train anew into another folder.`,
    );
  }
}

/** A training that goes on cannot change its plan on the way: what it was asked for besides would be left out in silence. */
function refuseOtherPlan({ stated = [], configuration }: TrainRequest, begun: TrainingConfiguration): void {
  for (const path of stated) {
    const [asked, has] = [settingIn(configuration, path), settingIn(begun, path)];
    if (asked === has) continue;
    throw new DelineateError(
      "usage",
      `--resume goes on with the plan that the training was begun with, in which ${path} is ${has}, not ${asked}: leave it out, or train anew into another folder.`,
    );
  }
}
