/**
 * The modified ResNet34 of Zhang 2020 (Methods): a ResNet34 encoder in five stages, whose stages 3 to 5 are brought to a
 * quarter of the input by bilinear upsampling and convolution, joined, fused, added to stage 2 and brought to the
 * input's size. 23.3 million parameters at width 64. The comments give shapes for a 512 x 512 input.
 *
 * Not in the paper, so ours: the channels of the upsampled stages (2 x width) and of the last two convolutions (width / 2,
 * width / 4), and where dropout sits: on the joined stages, before the convolutions that fuse them. With `attention`, which the
 * paper wishes for in its discussion, the deepest stage gates stages 3 and 4 where they are joined, and the fused features gate
 * stage 2 where it is added.
 */
import type { Value } from "#engine/graph.ts";
import { conv } from "#engine/ops/conv.ts";
import { add, dropout, relu } from "#engine/ops/pointwise.ts";
import { concat, maxPool, upsample2 } from "#engine/ops/spatial.ts";
import type { Tape } from "#engine/tape.ts";
import { attentionGate } from "./attention-gate.ts";
import { convNorm, convNormRelu, type NetworkOptions } from "./layers.ts";

export function modifiedResnet34(tape: Tape, image: Value, options: NetworkOptions): Value {
  const { width, dropoutRate, attention = false } = options;
  const stage1 = convNormRelu(tape, image, { name: "stage1", channels: width, kernel: 7, stride: 2 }); // [64, 256, 256]
  const pooled = maxPool(tape, stage1, { kernel: 3, stride: 2, padding: 1 }); // [64, 128, 128]
  const stage2 = residualStage(tape, pooled, "stage2", { blocks: 3, channels: width, stride: 1 }); // [64, 128, 128]
  const stage3 = residualStage(tape, stage2, "stage3", { blocks: 4, channels: 2 * width, stride: 2 }); // [128, 64, 64]
  const stage4 = residualStage(tape, stage3, "stage4", { blocks: 6, channels: 4 * width, stride: 2 }); // [256, 32, 32]
  const stage5 = residualStage(tape, stage4, "stage5", { blocks: 3, channels: 8 * width, stride: 2 }); // [512, 16, 16]

  const quarter3 = enlarge(tape, stage3, "up3", { channels: 2 * width, times: 1 }); // [128, 128, 128]
  const quarter4 = enlarge(tape, stage4, "up4", { channels: 2 * width, times: 2 }); // [128, 128, 128]
  const quarter5 = enlarge(tape, stage5, "up5", { channels: 2 * width, times: 3 }); // [128, 128, 128]
  const gated = (x: Value, signal: Value, name: string): Value =>
    attention ? attentionGate(tape, x, signal, `${name}.gate`) : x;
  const lookedAt = [gated(quarter3, quarter5, "up3"), gated(quarter4, quarter5, "up4"), quarter5];
  const joined = dropout(tape, concat(tape, lookedAt), dropoutRate); // [384, 128, 128]
  const fused = convNormRelu(tape, joined, { name: "fuse1", channels: 2 * width, kernel: 3 }); // [128, 128, 128]
  const reduced = convNormRelu(tape, fused, { name: "fuse2", channels: width, kernel: 3 }); // [64, 128, 128]
  const summed = add(tape, reduced, gated(stage2, reduced, "stage2")); // [64, 128, 128]
  const half = enlarge(tape, summed, "half", { channels: width / 2, times: 1 }); // [32, 256, 256]
  const full = enlarge(tape, half, "full", { channels: width / 4, times: 1 }); // [16, 512, 512]
  return conv(tape, full, { name: "logits", channels: 1, kernel: 1, bias: true }); // [1, 512, 512]
}

type Enlarging = { readonly channels: number; readonly times: number };

/** Bilinear upsampling by 2 and convolution, `times` times. */
function enlarge(tape: Tape, x: Value, name: string, { channels, times }: Enlarging): Value {
  let y = x;
  for (let step = 1; step <= times; step++) {
    y = convNormRelu(tape, upsample2(tape, y), { name: `${name}.${step}`, channels, kernel: 3 });
  }
  return y;
}

type Block = { readonly channels: number; readonly stride: number };
type Stage = Block & { readonly blocks: number };

/** Residual blocks (He 2016): the first has a convolution on its shortcut where the shape changes. */
function residualStage(tape: Tape, x: Value, name: string, { blocks, channels, stride }: Stage): Value {
  let y = x;
  for (let block = 1; block <= blocks; block++) {
    y = residualBlock(tape, y, `${name}.${block}`, { channels, stride: block === 1 ? stride : 1 });
  }
  return y;
}

function residualBlock(tape: Tape, x: Value, name: string, { channels, stride }: Block): Value {
  const first = convNormRelu(tape, x, { name: `${name}.a`, channels, kernel: 3, stride });
  const second = convNorm(tape, first, { name: `${name}.b`, channels, kernel: 3 });
  const same = stride === 1 && x.shape[1] === channels;
  const shortcut = same ? x : convNorm(tape, x, { name: `${name}.shortcut`, channels, kernel: 1, stride });
  return relu(tape, add(tape, second, shortcut));
}
