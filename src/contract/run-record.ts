/** `run.json`: what every run of a verb leaves beside its output, enough to repeat it and to trace what came of what. */
import { z } from "zod";
import { modelIdentitySchema } from "./model-identity.ts";

export const recordedFindingsSchema = z.array(
  z.strictObject({
    severity: z.enum(["info", "warning", "error"]),
    code: z.string(),
    message: z.string(),
    where: z.string().optional(),
  }),
);

const runRecordSchema = z.strictObject({
  program: z.string(),
  version: z.string(),
  verb: z.string(),
  startedAt: z.iso.datetime(),
  elapsedMs: z.number(),
  machine: z.strictObject({ platform: z.string(), node: z.string(), cores: z.int() }),
  /** Options as they were in force, defaults included. */
  options: z.record(z.string(), z.unknown()),
  seed: z.int().optional(),
  device: z.string().optional(),
  model: modelIdentitySchema.optional(),
  /** Networks of the program's that helped the model. */
  helpers: z.array(modelIdentitySchema).optional(),
  inputUids: z.array(z.string()),
  findings: recordedFindingsSchema,
  outputs: z.array(z.string()),
  results: z.record(z.string(), z.unknown()),
});

export type RunRecord = z.infer<typeof runRecordSchema>;
