/** Tensors that a checkpoint holds beside those of the training itself, of the same names with a suffix. */
import type { NamedTensor } from "./safetensors.ts";

type BesideTensors = {
  /** A checkpoint's tensors without these. */
  without<T>(state: ReadonlyMap<string, T>): Map<string, T>;
  /** Copies of these of the names, or of the tensors themselves where `state` is from before there were any. */
  begin(names: readonly string[], state: ReadonlyMap<string, NamedTensor>): Map<string, NamedTensor>;
  /** As a checkpoint holds them. */
  state(tensors: ReadonlyMap<string, NamedTensor>): Map<string, NamedTensor>;
};

export function besideTensors(suffix: string): BesideTensors {
  return {
    without: (state) => new Map([...state].filter(([name]) => !name.endsWith(suffix))),
    begin: (names, state) =>
      new Map(
        names.map((name) => {
          const tensor = state.get(name + suffix) ?? state.get(name);
          if (tensor === undefined) throw new Error(`the state has no ${name}`);
          return [name, { shape: tensor.shape, data: tensor.data.slice() }];
        }),
      ),
    state: (tensors) => new Map([...tensors].map(([name, tensor]) => [name + suffix, tensor])),
  };
}
