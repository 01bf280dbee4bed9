/** An ONNX model that was trained elsewhere, with the stated configuration of its input and output, ready to predict. */
import { createHash } from "node:crypto";
import { externalModelSchema } from "#contract/external-model.ts";
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
import { clicksWhenAsked, type RunnableModel } from "./load-model.ts";
import { readStated } from "./read-stated.ts";

/** Throws `file-not-found`, `bad-configuration` for what is stated, `bad-model` where the model is otherwise. */
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
  checkTensor(session.inputMetadata, { name: input.name, shape, where: path, what: "input" });
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
  const helper = clicksWhenAsked(options);
  return {
    name: stated.name,
    version: stated.version,
    digest: createHash("sha256").update(bytes).digest("hex"),
    largestBatch: input.batch,
    input: {
      size: input.size,
      context: (input.channels - 1) / 2,
      contextSpacingMm: input.neighbourSpacingMm ?? 1,
      intensity:
        input.window.levels === undefined
          ? { lowHu: input.window.lowHu, highHu: input.window.highHu }
          : { ...input.window, levels: input.window.levels },
      normalisation: input.normalisation,
      threshold: stated.threshold,
    },
    predict: async (images, batch) => {
      const results = await session.run({
        [input.name]: floatTensor(images, [batch, input.channels, input.size, input.size]),
      });
      const scores = floats(results[output.name]);
      const classes = scores.length / batch / input.size ** 2;
      if (!Number.isInteger(classes) || output.channel >= classes) {
        throw new DelineateError(
          "bad-model",
          `${path}: output ${output.name} has ${classes} classes of ${input.size} x ${input.size}; there is no channel ${output.channel}.`,
        );
      }
      return tumourProbability(scores, batch, { ...output, classes });
    },
    clicks: helper.clicks,
    dispose: async () => {
      await session.release();
      await helper.dispose();
    },
  };
}

/** A free dimension of the model, and an undefined one here, fit any number. Throws `bad-model`. */
function checkTensor(
  tensors: readonly TensorFacts[],
  expected: {
    readonly name: string;
    readonly shape: readonly (number | undefined)[];
    readonly what: "input" | "output";
    readonly where: string;
  },
): void {
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
  if (fits) return;
  const got = tensor.isTensor ? `${tensor.type} [${tensor.shape.join(", ")}]` : "no tensor";
  throw new DelineateError(
    "bad-model",
    `${where}: ${what} ${name} is ${got}, the configuration says float32 [${shape.map((size) => size ?? "classes").join(", ")}].`,
  );
}
