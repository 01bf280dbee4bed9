/**
 * `delineate model quantise`: a model in 8 bits from one in fp32. Images of patients that the model knows give the values' ranges and
 * say which layers stay in fp32; contours of held-out patients say what is lost. Above a bound nothing is written.
 */
import { readFile } from "node:fs/promises";
import { type ModelMetadata, modelMetadataSchema } from "#contract/model-metadata.ts";
import { eightBitVersion, type Quantisation } from "#contract/quantisation.ts";
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import type { Progress } from "#core/progress.ts";
import { encodeOnnx, freeImageSize } from "#engine/onnx-file.ts";
import { readOnnxGraph } from "#engine/onnx-graph.ts";
import { createPredictor } from "#engine/runtime/predictor.ts";
import { type LoadedModel, loadModel } from "#model/run/load-model.ts";
import { recordPathFor, startRun } from "#platform/run-record.ts";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import { inputChannels } from "#preprocess/prompt-view.ts";
import type { CalibrationCohort } from "#training/calibrate/choose-calibration.ts";
import { type ChosenPatient, choosePatients } from "./choose-patients.ts";
import { type LossRow, measurePatient, summariseLoss } from "./measure-loss.ts";
import { networkImages } from "./network-images.ts";
import { quantisedGraph } from "./quantised-graph.ts";
import { writeQuantised } from "./write-quantised.ts";

export type QuantiseRequest = {
  readonly model: string;
  /** Patients whose images give the ranges. */
  readonly cohorts: readonly CalibrationCohort[];
  /** Patients on whom the loss is measured. */
  readonly heldOut: readonly CalibrationCohort[];
  readonly roi: string;
  /** Patients of each cohort at most. */
  readonly most: number;
  readonly out: string;
  readonly threads?: number | undefined;
  readonly force: boolean;
};

export type QuantiseResult = {
  readonly out: string;
  readonly quantisation: Quantisation;
  readonly rows: readonly LossRow[];
  /** Results of the layers that stay in fp32. */
  readonly inFloats: readonly string[];
  readonly metadata: ModelMetadata;
  /** That it is not known, or not of all, whom the model was trained on. */
  readonly findings: readonly Finding[];
};

/**
 * Throws what choosing the patients and reading them throws, `usage` for a model that is in 8 bits or answers clicks, `bad-model`
 * where too much is lost, `cancelled`, `file-exists`.
 */
export async function quantiseModel(
  request: QuantiseRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<QuantiseResult> {
  const clock = startRun();
  await refuseExisting(request.out, request);
  const session = request.threads === undefined ? {} : { threads: request.threads };
  const fp32 = await loadModel(request.model, session);
  try {
    refuseModel(fp32, request.model);
    const known = { path: request.model, metadata: fp32.metadata };
    const { ranges, heldOut, findings } = await choosePatients(request, known);
    const graph = readOnnxGraph(await readFile(request.model));
    const images = await readImages(ranges, { request, fp32, progress, signal });
    const { quantised, inFloats, layers, parameters } = await quantisedGraph(graph, images, {
      session,
      progress,
      signal,
    });
    const file = encodeOnnx(quantised, { freeBatch: true });
    const bytes = await withGraph(fp32, file, session);
    const rows = await measureAll(heldOut, { request, models: { fp32, bytes }, progress, signal }).finally(
      bytes.dispose,
    );
    const quantisation: Quantisation = {
      from: fp32.digest,
      parameters,
      layers: { inBytes: layers - inFloats.length, all: layers },
      calibration: {
        patients: new Set(ranges.map(({ patient, cohort }) => `${cohort}/${patient.group}`)).size,
        slices: images.length,
        cohorts: [...new Set(ranges.map(({ cohort }) => cohort))],
      },
      loss: summariseLoss(rows),
    };
    const made = { before: fp32.metadata, quantisation };
    const { metadata, digest } = await writeQuantised(quantised, made, request);
    const result: QuantiseResult = { out: request.out, quantisation, rows, inFloats, metadata, findings };
    const record = clock.record({
      verb: "model quantise",
      options: request,
      device: "cpu",
      model: { name: metadata.name, version: metadata.version, digest },
      ...{ inputUids: [], findings: [...findings], outputs: [request.out] },
      results: { quantisation, rows, inFloats },
    });
    await writeFileAtomic(recordPathFor(request.out), `${JSON.stringify(record, null, 2)}\n`, {
      force: true,
    });
    return result;
  } finally {
    await fp32.dispose();
  }
}

function refuseModel({ metadata, input }: LoadedModel, path: string): void {
  if (metadata.quantisation !== undefined)
    throw new DelineateError("usage", `${path} is in 8 bits already: name the model that it was made from.`);
  if (!modelMetadataSchema.shape.version.safeParse(eightBitVersion(metadata.version)).success)
    throw new DelineateError(
      "usage",
      `The version of ${path} is too long to have "8-bit" added: shorten it with delineate model annotate.`,
    );
  if (input.viewMm !== undefined)
    throw new DelineateError(
      "usage",
      `${path} answers clicks: what 8 bits cost is measured on contours of whole CTs, by models that make them.`,
    );
}

/** The same model with another graph. */
async function withGraph(
  model: LoadedModel,
  file: Uint8Array,
  session: { readonly threads?: number },
): Promise<LoadedModel> {
  const { configuration } = model.metadata;
  const channels = inputChannels(configuration);
  const { size } = configuration;
  const { predict, dispose } = await createPredictor(freeImageSize(file), session);
  return {
    ...model,
    predict: (images, batch, extent = [size, size]) => predict(images, [batch, channels, ...extent]),
    dispose,
  };
}

type Work = {
  readonly request: QuantiseRequest;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

async function readImages(
  chosen: readonly ChosenPatient[],
  { request, fp32, progress, signal }: Work & { readonly fp32: LoadedModel },
): Promise<Float32Array[]> {
  const images: Float32Array[] = [];
  for (const [at, { patient }] of chosen.entries()) {
    progress.report("reading slices", at, chosen.length, patient.name);
    if (signal.aborted) throw new DelineateError("cancelled", "Interrupted; nothing was written.");
    images.push(...(await networkImages(await patient.load(request.roi), fp32)));
  }
  progress.report("reading slices", chosen.length, chosen.length);
  return images;
}

async function measureAll(
  chosen: readonly ChosenPatient[],
  {
    request,
    models,
    progress,
    signal,
  }: Work & { readonly models: { readonly fp32: LoadedModel; readonly bytes: LoadedModel } },
): Promise<LossRow[]> {
  const rows: LossRow[] = [];
  for (const [at, { patient, cohort }] of chosen.entries()) {
    progress.report("contouring", at, chosen.length, patient.name);
    const measured = await measurePatient(await patient.load(request.roi), models, signal);
    rows.push({ patient: patient.name, cohort, ...measured });
  }
  progress.report("contouring", chosen.length, chosen.length);
  return rows;
}
