/** A model's graph in 8 bits, as precise as is asked for: ranges from images, and floats where bytes cost most. */
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import type { Graph } from "#engine/graph.ts";
import { layersOf } from "#engine/quantise/layers.ts";
import { quantiseGraph } from "#engine/quantise/quantise-graph.ts";
import { evenly } from "#training/calibrate/choose-calibration.ts";
import { chooseFloats } from "./choose-floats.ts";
import { type Images, measureRanges, probabilitiesOf, probabilityChange, type Run } from "./run-graph.ts";

/** Change of the probabilities (run-graph.ts) that all layers in bytes may cost together. docs/decisions/0032 */
const allowedChange = 0.01;
/** Images on which each layer is tried alone. */
const mostRough = 12;

type QuantisedGraph = {
  readonly quantised: Graph;
  /** Results of the layers that stay in fp32. */
  readonly inFloats: readonly string[];
  /** Of those that could be bytes. */
  readonly layers: number;
  /** Numbers in the weights of `graph`. */
  readonly parameters: number;
};

/** `images` as the graph's input has them. Throws `cancelled`, and `bad-model` where no layer can be in bytes. */
export async function quantisedGraph(
  graph: Graph,
  images: Images,
  run: Run & { readonly progress: Progress },
): Promise<QuantisedGraph> {
  const layers = layersOf(graph).flatMap(({ kind, output }) => (kind === "floats" ? [] : [output]));
  const { progress } = run;
  progress.report("measuring ranges", 0, 1);
  const ranges = await measureRanges(graph, images, run);
  const few = evenly(images, mostRough);
  const [before, fewBefore] = [
    await probabilitiesOf(graph, images, run),
    await probabilitiesOf(graph, few, run),
  ];
  progress.report("measuring ranges", 1, 1);
  let tried = 0;
  // Each layer alone, then halvings of their order.
  const trials = layers.length + Math.ceil(Math.log2(layers.length + 1));
  const costOn =
    (seen: Images, expected: Images) =>
    async (inFloats: ReadonlySet<string>): Promise<number> => {
      progress.report("trying layers in 8 bits", tried++, trials);
      const quantised = quantiseGraph(graph, ranges, inFloats);
      return probabilityChange(expected, await probabilitiesOf(quantised, seen, run));
    };
  const { inFloats } = await chooseFloats(layers, {
    rough: costOn(few, fewBefore),
    exact: costOn(images, before),
    allowed: allowedChange,
  });
  progress.report("trying layers in 8 bits", trials, trials);
  if (inFloats.size === layers.length)
    throw new DelineateError("bad-model", "No layer of this model can compute in 8 bits: use it as it is.");
  let parameters = 0;
  for (const { data } of graph.constants.values())
    if (data instanceof Float32Array) parameters += data.length;
  return {
    quantised: quantiseGraph(graph, ranges, inFloats),
    inFloats: [...inFloats],
    layers: layers.length,
    parameters,
  };
}
