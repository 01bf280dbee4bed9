/** The two combinations that every network here is made of. */
import type { Value } from "#engine/graph.ts";
import { batchNorm } from "#engine/ops/batch-norm.ts";
import { type ConvOptions, conv } from "#engine/ops/conv.ts";
import { relu } from "#engine/ops/pointwise.ts";
import type { Tape } from "#engine/tape.ts";

export function convNorm(tape: Tape, x: Value, options: ConvOptions): Value {
  return batchNorm(tape, conv(tape, x, options), `${options.name}.norm`);
}

export function convNormRelu(tape: Tape, x: Value, options: ConvOptions): Value {
  return relu(tape, convNorm(tape, x, options));
}

export type NetworkOptions = {
  /** Channels of the first stage; of the modified ResNet34 a multiple of 4. */
  readonly width: number;
  /** Part of the feature maps that dropout leaves out while training. */
  readonly dropoutRate: number;
  /** Attention gates on the features that are joined or added (attention-gate.ts); none by default. */
  readonly attention?: boolean;
};
