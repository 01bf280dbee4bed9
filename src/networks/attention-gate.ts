/**
 * The additive attention gate of Oktay 2018 (Attention U-Net, Eq. 1 and 2): a signal from a deeper stage, which has seen more
 * of the body, says where in a shallower stage's features to look:
 *
 *   a = sigmoid(psi(relu(Wx x + Wg g))),   x is multiplied by a, one number for each pixel
 *
 * with 1 x 1 convolutions Wx and Wg to half the channels of x, and batch norm after each convolution, as everywhere in these
 * networks; its shift is Oktay's bias. Oktay's gate computes at the coarser scale and enlarges a; here g has been brought to
 * x's scale already, as both decoders do anyway, so that a is exact at the border of a tumour.
 */
import type { Value } from "#engine/graph.ts";
import { multiplyByMap } from "#engine/ops/multiply-by-map.ts";
import { add, relu, sigmoid } from "#engine/ops/pointwise.ts";
import type { Tape } from "#engine/tape.ts";
import { convNorm } from "./layers.ts";

/** `x` [batch, channels, height, width] as far as `signal`, of the same height and width, asks for it. */
export function attentionGate(tape: Tape, x: Value, signal: Value, name: string): Value {
  const channels = Math.max(1, Math.floor(x.shape[1] / 2));
  const fromX = convNorm(tape, x, { name: `${name}.x`, channels, kernel: 1 });
  const fromSignal = convNorm(tape, signal, { name: `${name}.signal`, channels, kernel: 1 });
  const joined = relu(tape, add(tape, fromX, fromSignal));
  const map = sigmoid(tape, convNorm(tape, joined, { name: `${name}.map`, channels: 1, kernel: 1 }));
  return multiplyByMap(tape, x, map);
}
