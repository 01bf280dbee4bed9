/**
 * The benchmark: a U-Net of Ronneberger's depth (2015: four poolings, two 3 x 3 convolutions at each scale, 64 to 1024
 * channels), with batch norm and same-size convolutions, so that 512 x 512 goes in and comes out. Going up, bilinear
 * upsampling and a convolution stand for his transposed one. With `attention` each skip connection is gated by what comes up
 * to it (Oktay 2018). The comments give shapes at width 64.
 */
import type { Value } from "#engine/graph.ts";
import { conv } from "#engine/ops/conv.ts";
import { dropout } from "#engine/ops/pointwise.ts";
import { concat, maxPool, upsample2 } from "#engine/ops/spatial.ts";
import type { Tape } from "#engine/tape.ts";
import { attentionGate } from "./attention-gate.ts";
import { convNormRelu, type NetworkOptions } from "./layers.ts";

export function uNet(tape: Tape, image: Value, options: NetworkOptions): Value {
  const { width, dropoutRate, attention = false } = options;
  const join = (x: Value, skip: Value, name: string): Value => {
    const enlarged = enlarge(tape, x, skip.shape[1], `${name}.join`);
    const gated = attention ? attentionGate(tape, skip, enlarged, `${name}.gate`) : skip;
    return concat(tape, [gated, enlarged]);
  };
  const down1 = twice(tape, image, "down1", width); // [64, 512, 512]
  const down2 = twice(tape, halve(tape, down1), "down2", 2 * width); // [128, 256, 256]
  const down3 = twice(tape, halve(tape, down2), "down3", 4 * width); // [256, 128, 128]
  const down4 = twice(tape, halve(tape, down3), "down4", 8 * width); // [512, 64, 64]
  const bottom = twice(tape, halve(tape, down4), "bottom", 16 * width); // [1024, 32, 32]
  const dropped = dropout(tape, bottom, dropoutRate); // [1024, 32, 32]
  const up4 = twice(tape, join(dropped, down4, "up4"), "up4", 8 * width); // [512, 64, 64]
  const up3 = twice(tape, join(up4, down3, "up3"), "up3", 4 * width); // [256, 128, 128]
  const up2 = twice(tape, join(up3, down2, "up2"), "up2", 2 * width); // [128, 256, 256]
  const up1 = twice(tape, join(up2, down1, "up1"), "up1", width); // [64, 512, 512]
  return conv(tape, up1, { name: "logits", channels: 1, kernel: 1, bias: true }); // [1, 512, 512]
}

function twice(tape: Tape, x: Value, name: string, channels: number): Value {
  const first = convNormRelu(tape, x, { name: `${name}.a`, channels, kernel: 3 });
  return convNormRelu(tape, first, { name: `${name}.b`, channels, kernel: 3 });
}

function halve(tape: Tape, x: Value): Value {
  return maxPool(tape, x, { kernel: 2, stride: 2 });
}

/** To the scale and the channels of the skip connection that `x` will be joined with. */
function enlarge(tape: Tape, x: Value, channels: number, name: string): Value {
  return convNormRelu(tape, upsample2(tape, x), { name, channels, kernel: 3 });
}
