/** The checkpoint of a training: its state with everything that is needed to go on as if nothing had happened. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { storedConfigurationSchema, type TrainingConfiguration } from "#contract/training-configuration.ts";
import { DelineateError } from "#core/errors.ts";
import { parsedJson } from "#core/parsed-json.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import type { Normalisation } from "#preprocess/normalise.ts";
import type { ValidationState } from "#training/loop.ts";
import { decodeTensors, encodeTensors, type NamedTensor } from "#training/safetensors.ts";
import type { AddedCohort } from "./load-training-set.ts";

const validationStateSchema = z.strictObject({
  epochs: z.int(),
  best: z
    .strictObject({
      epoch: z.int(),
      step: z.int(),
      meanDsc: z.number().nullable(),
      measured: z.int().optional(),
      loss: z.number(),
    })
    .optional(),
});
const namesSchema = z.array(z.string()).optional();
const additionsSchema = z.array(
  z.strictObject({ cohort: z.string(), weight: z.number(), patients: namesSchema }),
);
/** What the model's file will say beside its plan. */
const modelSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  /** Operating point: the target is where the probability is above this. */
  threshold: z.number(),
  /** Name of the file whose weights it began with. */
  startedFrom: z.string().optional(),
});
export type ModelToBe = z.infer<typeof modelSchema>;
const normalisationSchema = z.strictObject({ mean: z.number(), standardDeviation: z.number() });

export type Checkpoint = {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** Optimiser steps done. */
  readonly steps: number;
  readonly configuration: TrainingConfiguration;
  /** Names of the patients; undefined in a checkpoint of an earlier program: all of the cohort, and no validation. */
  readonly patients: readonly string[] | undefined;
  readonly validationPatients: readonly string[] | undefined;
  readonly additions: readonly AddedCohort[];
  readonly normalisation: Normalisation;
  readonly validation: ValidationState;
  /** Undefined in a checkpoint of an earlier program, which forgot it. */
  readonly model?: ModelToBe | undefined;
  /** Digests of the images that train, then of those that validate. Undefined in a checkpoint of an earlier program. */
  readonly images?: readonly string[] | undefined;
};

export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { tensors, steps, ...rest } = checkpoint;
  const metadata: Record<string, string> = { format: "delineate-checkpoint-1", steps: String(steps) };
  for (const [key, value] of Object.entries(rest)) {
    if (value !== undefined) metadata[key] = JSON.stringify(value);
  }
  await writeFileAtomic(path, encodeTensors({ tensors, metadata }), { force: true });
}

/** Throws `bad-checkpoint`. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new DelineateError(
      "bad-checkpoint",
      `There is no checkpoint ${path} to resume from. Leave --resume out to begin.`,
      { cause },
    );
  });
  return decodeCheckpoint(file, path);
}

/** `path` is for messages. Throws `bad-checkpoint`. */
export function decodeCheckpoint(file: Uint8Array, path: string): Checkpoint {
  const { tensors, metadata } = decodeTensors(file, path);
  const part = (key: string): unknown => {
    const value = key in metadata ? parsedJson(metadata[key]) : undefined;
    // As if it were not there, it would have a default.
    if (key in metadata && value === undefined) throw broken(path);
    return value;
  };
  const configuration = storedConfigurationSchema.safeParse(part("configuration"));
  const validation = validationStateSchema.safeParse(part("validation") ?? { epochs: 0 });
  const patients = namesSchema.safeParse(part("patients"));
  const validationPatients = namesSchema.safeParse(part("validationPatients"));
  const steps = Number(metadata.steps);
  const additions = additionsSchema.safeParse(part("additions"));
  const normalisation = normalisationSchema.safeParse(part("normalisation"));
  const model = modelSchema.optional().safeParse(part("model"));
  const images = namesSchema.safeParse(part("images"));
  const named = patients.success && validationPatients.success && additions.success && model.success;
  const whole =
    configuration.success && validation.success && normalisation.success && named && images.success;
  if (!whole || !Number.isInteger(steps)) {
    throw broken(path);
  }
  return {
    tensors,
    steps,
    configuration: configuration.data,
    patients: patients.data,
    validationPatients: validationPatients.data,
    additions: additions.data,
    normalisation: normalisation.data,
    validation: validation.data,
    model: model.data,
    images: images.data,
  };
}

function broken(path: string): DelineateError {
  return new DelineateError(
    "bad-checkpoint",
    `${path} is damaged, or is no checkpoint of this program's version. Train anew into another folder.`,
  );
}
