/**
 * A few steps of plain gradient descent through a training graph, by any ONNX Runtime: the browser's and Node's run this same
 * file. It imports nothing, so that the page can load it as it is, without its types.
 */

export type DescentTask = {
  /** Images, targets, dropout masks, weights and running statistics by name. */
  readonly feeds: Readonly<
    Record<string, { readonly data: readonly number[]; readonly shape: readonly number[] }>
  >;
  /** Each weight and the output that is its gradient. */
  readonly gradients: readonly (readonly [weight: string, gradient: string])[];
  readonly steps: number;
  readonly rate: number;
};

/** As much of onnxruntime-node and onnxruntime-web as this needs. */
export type Runtime<Tensor> = {
  tensor(data: Float32Array, shape: readonly number[]): Tensor;
  run(feeds: Record<string, Tensor>): Promise<Record<string, { readonly data: unknown }>>;
};

/** The loss before each step, and the length of the first step's whole gradient. */
export async function descend<Tensor>(
  task: DescentTask,
  runtime: Runtime<Tensor>,
): Promise<{ losses: number[]; gradientLength: number }> {
  const values = new Map(
    Object.entries(task.feeds).map(([name, { data }]) => [name, Float32Array.from(data)]),
  );
  const losses: number[] = [];
  let gradientLength = 0;
  for (let step = 0; step < task.steps; step++) {
    const feeds: Record<string, Tensor> = {};
    for (const [name, data] of values) feeds[name] = runtime.tensor(data, task.feeds[name].shape);
    const results = await runtime.run(feeds);
    losses.push((results.loss.data as Float32Array)[0]);
    let squares = 0;
    for (const [weight, gradient] of task.gradients) {
      const slope = results[gradient].data as Float32Array;
      const data = values.get(weight) as Float32Array;
      for (let at = 0; at < data.length; at++) {
        squares += slope[at] ** 2;
        data[at] -= task.rate * slope[at];
      }
    }
    if (step === 0) gradientLength = Math.sqrt(squares);
  }
  return { losses, gradientLength };
}
