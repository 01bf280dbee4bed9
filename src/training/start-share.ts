/**
 * What is kept of the weights that a training started from: those that predict are (1 - s) w + s w0, w0 the weights at its start
 * (WiSE-FT: Wortsman 2022, arXiv 2109.01903, section 3). A few patients teach a network what is theirs, and cost it what it knew of
 * others; the mean keeps most of both. Running statistics are mixed as the weights they belong to.
 */
import { besideTensors } from "./beside-tensors.ts";
import type { NamedTensor } from "./safetensors.ts";

type StartShare = {
  /** The mean of `learnt` and of the weights at the start, under their names. */
  mixed(learnt: ReadonlyMap<string, NamedTensor>): Map<string, NamedTensor>;
  /** The weights at the start as a checkpoint holds them. */
  state(): Map<string, NamedTensor>;
};

const beside = besideTensors(".start");

/** A checkpoint's tensors without those at the start. */
export const withoutStart = beside.without;

/** Of the tensors called `names`: as `state` holds them from before a resume, or as they are in it now. */
export function createStartShare(
  names: readonly string[],
  state: ReadonlyMap<string, NamedTensor>,
  share: number,
): StartShare {
  const start = beside.begin(names, state);
  return {
    mixed: (learnt) =>
      new Map(
        [...start].map(([name, { shape, data }]) => {
          const now = learnt.get(name)?.data;
          if (now === undefined) throw new Error(`the weights have no ${name}`);
          return [name, { shape, data: data.map((value, at) => (1 - share) * now[at] + share * value) }];
        }),
      ),
    state: () => beside.state(start),
  };
}
