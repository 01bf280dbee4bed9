/** An ONNX model that was trained elsewhere, with the stated configuration of its input and output, ready to predict. */
import { createHash } from "node:crypto";
import { type ExternalModel, externalModelSchema } from "#contract/external-model.ts";
import { DelineateError } from "#core/errors.ts";
import {
  floats,
  floatTensor,
  openSession,
  type SessionOptions,
  type TensorFacts,
} from "#engine/runtime/session.ts";
import { tumourProbability } from "#model/tumour-probability.ts";
import { readWhole } from "#platform/missing.ts";
import { clickModel, type RunnableModel, whenAsked } from "./load-model.ts";
import { readStated } from "./read-stated.ts";

/**
 * Throws `file-not-found`, `bad-configuration` for what is stated, `bad-model` where the model is otherwise; and so does predicting, for
 * classes that are not there and for what is no probability.
 */
export async function loadExternalModel(
  path: string,
  configurationPath: string,
  options: SessionOptions = {},
): Promise<RunnableModel> {
  const missing = `There is no configuration of the model ${configurationPath}.`;
  const stated = await readStated(configurationPath, externalModelSchema, missing);
  const bytes = await readWhole(path, `There is no model file ${path}.`);
  const session = await openSession(bytes, options).catch((cause: unknown) => {
    throw new DelineateError("bad-model", `${path} is no ONNX file that can be run here.`, { cause });
  });
  const { input, output } = stated;
  const shape = [input.batch, input.channels, input.size, input.size];
  const [fixedBatch] = checkTensor(session.inputMetadata, {
    name: input.name,
    shape,
    where: path,
    what: "input",
  });
  checkTensor(session.outputMetadata, {
    name: output.name,
    shape: [input.batch, undefined, input.size, input.size],
    where: path,
    what: "output",
  });
  for (const other of session.inputNames) {
    if (other !== input.name)
      throw new DelineateError("bad-model", `${path} needs a second input ${other}: only images can be fed.`);
  }
  const clicks = whenAsked(clickModel, options);
  return {
    name: stated.name,
    version: stated.version,
    digest: createHash("sha256").update(bytes).digest("hex"),
    largestBatch: input.batch,
    everySlice: true,
    input: {
      size: input.size,
      context: (input.channels - 1) / 2,
      contextSpacingMm: input.neighbourSpacingMm ?? 1,
      neighboursAsTheyAre: true,
      intensity:
        input.window.levels === undefined
          ? { lowHu: input.window.lowHu, highHu: input.window.highHu }
          : { ...input.window, levels: input.window.levels },
      normalisation: input.normalisation,
      threshold: stated.threshold,
    },
    predict: (images, batch) =>
      predict(images, batch, { session, stated, fixedBatch, where: path, configurationPath }),
    clicks: clicks.model,
    helpers: clicks.asked,
    dispose: async () => {
      await session.release();
      await clicks.dispose();
    },
  };
}

type Stated = {
  readonly session: Awaited<ReturnType<typeof openSession>>;
  readonly stated: ExternalModel;
  /** Images that the model takes, no fewer and no more, where that is a number. */
  readonly fixedBatch: number | string;
  readonly where: string;
  readonly configurationPath: string;
};

/** From images [batch, channels, size, size] to probabilities [batch, size, size]. */
async function predict(
  images: Float32Array,
  batch: number,
  { session, stated: { input, output }, fixedBatch, where, configurationPath }: Stated,
): Promise<Float32Array> {
  const { channels, size } = input;
  const area = size ** 2;
  // The last images of a CT may be fewer.
  const count = typeof fixedBatch === "number" ? fixedBatch : batch;
  const fed = new Float32Array(count * channels * area);
  fed.set(images);
  const results = await session.run({ [input.name]: floatTensor(fed, [count, channels, size, size]) });
  const scores = floats(results[output.name]);
  const classes = scores.length / count / area;
  if (!Number.isInteger(classes) || output.channel >= classes) {
    throw new DelineateError(
      "bad-model",
      `${where}: output ${output.name} has ${classes} classes of ${size} x ${size}; there is no channel ${output.channel}.`,
    );
  }
  if (output.activation === "softmax" && classes === 1)
    throw new DelineateError(
      "bad-model",
      `${where}: output ${output.name} has 1 class, whose softmax is 1 everywhere: say what its values are in ${configurationPath}.`,
    );
  const padded = tumourProbability(scores, count, { ...output, classes });
  const probabilities = padded.subarray(0, batch * area);
  refuseOthers(probabilities, `${where}: output ${output.name}`, configurationPath);
  return probabilities;
}

/** Of rounding, in 16 bits as well. */
const tolerance = 1e-3;

/** What is no probability would be taken for a sure one, or for none. Throws `bad-model`. */
function refuseOthers(values: Float32Array, what: string, configurationPath: string): void {
  for (let at = 0; at < values.length; at++) {
    if (values[at] >= -tolerance && values[at] <= 1 + tolerance) continue;
    throw new DelineateError(
      "bad-model",
      `${what} gives ${values[at].toPrecision(3)}, expected probabilities from 0 to 1: say in ${configurationPath} which activation it lacks, and check its window and normalisation.`,
    );
  }
}

/** The tensor's shape. A free dimension of the model, and an undefined one here, fit any number. Throws `bad-model`. */
function checkTensor(
  tensors: readonly TensorFacts[],
  expected: {
    readonly name: string;
    readonly shape: readonly (number | undefined)[];
    readonly what: "input" | "output";
    readonly where: string;
  },
): readonly (number | string)[] {
  const { name, shape, what, where } = expected;
  const tensor = tensors.find((candidate) => candidate.name === name);
  if (tensor === undefined) {
    const names = tensors.map((candidate) => candidate.name).join(", ");
    throw new DelineateError("bad-model", `${where} has no ${what} ${name}; it has ${names}.`);
  }
  const fits =
    tensor.isTensor &&
    tensor.type === "float32" &&
    tensor.shape.length === shape.length &&
    shape.every(
      (size, axis) =>
        size === undefined || typeof tensor.shape[axis] === "string" || tensor.shape[axis] === size,
    );
  if (tensor.isTensor && fits) return tensor.shape;
  const got = tensor.isTensor ? `${tensor.type} [${tensor.shape.join(", ")}]` : "no tensor";
  throw new DelineateError(
    "bad-model",
    `${where}: ${what} ${name} is ${got}, the configuration says float32 [${shape.map((size) => size ?? "classes").join(", ")}].`,
  );
}
