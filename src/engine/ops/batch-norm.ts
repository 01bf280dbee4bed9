/**
 * Batch normalisation (Ioffe and Szegedy 2015) over batch and pixels. While training the batch's own statistics are
 * used and running averages are kept (momentum 0.1, unbiased variance, as PyTorch does); for prediction it is folded into
 * the convolution before it and costs nothing.
 *
 * The backward pass is dx = A dy + B x + C for each channel; the fused BatchNormalization operator applies such maps in
 * one pass over memory.
 */
import { apply, type Constant, integers, scalar, shapeFault, type Value } from "#engine/graph.ts";
import { parameter, record, type Tape, weightConstant } from "#engine/tape.ts";
import { channelConstant, sumOverImages } from "./conv.ts";

/** Added to the variance, as PyTorch does. */
export const epsilon = 1e-5;
/** After a norm's name: the bias that its convolution gets when it is folded. */
export const foldedBiasSuffix = ".folded-bias";

/** Part of the batch in the running averages after a step. */
export const momentum = 0.1;

/** Same shape as `x`, [batch, channels, height, width]. For prediction `x` must come straight from a conv without bias. */
export function batchNorm(tape: Tape, x: Value, name: string): Value {
  if (x.shape.length !== 4)
    throw shapeFault(`batchNorm ${name}`, "[batch, channels, height, width]", x.shape);
  return tape.weights === undefined ? trainingNorm(tape, x, name) : foldedNorm(tape, x, name);
}

function declare(tape: Tape, channels: number, name: string): { scale: Value; shift: Value } {
  const filled = (value: number) => () => new Float32Array(channels).fill(value);
  return {
    scale: parameter(tape, { name: `${name}.scale`, shape: [channels], decays: false, initial: filled(1) }),
    shift: parameter(tape, { name: `${name}.shift`, shape: [channels], decays: false, initial: filled(0) }),
  };
}

function trainingNorm(tape: Tape, x: Value, name: string): Value {
  const { graph } = tape;
  const channels = x.shape[1];
  const count = x.shape[0] * x.shape[2] * x.shape[3];
  const { scale, shift } = declare(tape, channels, name);
  const vector = [channels];
  const axes = integers(graph, [0, 2, 3]);
  const op = (operator: string, ...inputs: Value[]): Value => apply(graph, operator, inputs, vector);

  const mean = apply(graph, ["ReduceMean", { keepdims: 0 }], [x, axes], vector);
  const squares = apply(graph, ["ReduceSumSquare", { keepdims: 0 }], [x, axes], vector);
  const rawVariance = op("Sub", op("Mul", squares, scalar(graph, 1 / count)), op("Mul", mean, mean));
  const variance = op("Max", rawVariance, scalar(graph, 0));
  const output = apply(
    graph,
    ["BatchNormalization", { epsilon: { float: epsilon } }],
    [x, scale, shift, mean, variance],
    x.shape,
  );

  const unbiased = op("Mul", variance, scalar(graph, count / Math.max(1, count - 1)));
  keepRunning(tape, `${name}.running-mean`, 0, mean);
  keepRunning(tape, `${name}.running-variance`, 1, unbiased);

  return record(tape, output, [x, scale, shift], (gradient) => {
    const deviation = op("Sqrt", op("Add", variance, scalar(graph, epsilon)));
    const inverse = op("Div", channelConstant(tape, channels, 1), deviation);
    const sumGradient = sumOverImages(tape, gradient);
    const product = apply(graph, "Mul", [gradient, x], x.shape);
    const sumProduct = sumOverImages(tape, product);
    // sum(dy * xhat) = (sum(dy * x) - mean * sum(dy)) / deviation
    const scaleGradient = op("Mul", op("Sub", sumProduct, op("Mul", mean, sumGradient)), inverse);
    const factor = op("Mul", scale, inverse);
    // dx = factor * (dy - mean(dy) - xhat * mean(dy * xhat)): slope of x and the constant, for each channel
    const slope = op("Mul", op("Mul", op("Mul", factor, inverse), scaleGradient), scalar(graph, -1 / count));
    const meanGradient = op("Mul", sumGradient, scalar(graph, 1 / count));
    const constant = op("Neg", op("Add", op("Mul", factor, meanGradient), op("Mul", slope, mean)));
    const inputGradient = apply(
      graph,
      "Add",
      [affine(tape, gradient, factor, constant), affine(tape, x, slope, channelConstant(tape, channels, 0))],
      x.shape,
    );
    return [inputGradient, scaleGradient, sumGradient];
  });
}

/** factor * value + constant for each channel: the fused operator with mean 0 and variance 1. */
function affine(tape: Tape, value: Value, factor: Value, constant: Value): Value {
  const channels = value.shape[1];
  return apply(
    tape.graph,
    ["BatchNormalization", { epsilon: { float: 0 } }],
    [value, factor, constant, channelConstant(tape, channels, 0), channelConstant(tape, channels, 1)],
    value.shape,
  );
}

function keepRunning(tape: Tape, name: string, initial: number, current: Value): void {
  const { graph } = tape;
  const old = { name, shape: current.shape };
  graph.inputs.push(old);
  const part = (value: Value, weight: number): Value =>
    apply(graph, "Mul", [value, scalar(graph, weight)], value.shape);
  const updated = apply(graph, "Add", [part(old, 1 - momentum), part(current, momentum)], current.shape);
  tape.running.push({
    name,
    shape: current.shape,
    initial: () => new Float32Array(current.shape[0]).fill(initial),
    updated,
  });
}

/** The convolution's weights times scale / deviation, and a bias; the same function with no pass of its own. */
function foldedNorm(tape: Tape, x: Value, name: string): Value {
  const { graph, weights } = tape;
  const conv = tape.foldable.get(x.name);
  if (conv === undefined || weights === undefined) {
    throw new Error(`batchNorm ${name} does not follow a convolution without bias: it cannot be folded`);
  }
  const channels = x.shape[1];
  declare(tape, channels, name);
  const read = (part: string): Constant["data"] =>
    weightConstant(weights, `${name}.${part}`, [channels]).data;
  const [scale, shift] = [read("scale"), read("shift")];
  const [mean, variance] = [read("running-mean"), read("running-variance")];
  graph.constants.delete(`${name}.scale`);
  graph.constants.delete(`${name}.shift`);

  const weight = graph.constants.get(conv.weight);
  if (weight === undefined) throw new Error(`the weights of ${conv.weight} are gone`);
  const folded = new Float32Array(weight.data.length);
  const bias = new Float32Array(channels);
  const perChannel = folded.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    const factor = Number(scale[channel]) / Math.sqrt(Number(variance[channel]) + epsilon);
    bias[channel] = Number(shift[channel]) - Number(mean[channel]) * factor;
    for (let at = channel * perChannel; at < (channel + 1) * perChannel; at++)
      folded[at] = Number(weight.data[at]) * factor;
  }
  graph.constants.set(conv.weight, { ...weight, data: folded });
  graph.constants.set(`${name}${foldedBiasSuffix}`, {
    name: `${name}${foldedBiasSuffix}`,
    shape: [channels],
    data: bias,
  });
  const node = graph.nodes[conv.node];
  graph.nodes[conv.node] = { ...node, inputs: [...node.inputs, `${name}${foldedBiasSuffix}`] };
  tape.foldable.delete(x.name);
  return x;
}
