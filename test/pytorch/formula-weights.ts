/** The weights that test/pytorch/networks.py computes, from the same formula: nothing needs to be stored. */

import { momentNames, type TrainingGraph } from "#engine/emit.ts";
import { elementCount, type Shape } from "#engine/graph.ts";

export function formula(name: string, count: number): Float64Array {
  const seed = [...name].reduce((sum, character) => sum + character.charCodeAt(0), 0) % 97;
  return Float64Array.from({ length: count }, (_, index) => {
    const value = Math.sin(index * 12.9898 + seed * 78.233) * 43758.5453;
    return value - Math.floor(value) - 0.5;
  });
}

/** Weights and running statistics of every part of a network. */
export function formulaState(training: TrainingGraph): Map<string, { shape: Shape; data: Float32Array }> {
  const state = new Map<string, { shape: Shape; data: Float32Array }>();
  const zeros = (shape: Shape): { shape: Shape; data: Float32Array } => ({
    shape,
    data: new Float32Array(elementCount(shape)),
  });
  for (const { name, shape } of training.parameters) {
    const values = formula(name, elementCount(shape));
    const fanIn = elementCount(shape.slice(1));
    const data = Float32Array.from(values, (value) => {
      if (name.endsWith(".weight")) return value * Math.sqrt(24 / fanIn);
      if (name.endsWith(".scale")) return 1 + 0.4 * value;
      return value * (name.endsWith(".bias") ? 0.2 : 0.4);
    });
    state.set(name, { shape, data });
    for (const moment of momentNames(name)) state.set(moment, zeros(shape));
  }
  for (const { name, shape } of training.running) {
    const values = formula(name, elementCount(shape));
    state.set(name, {
      shape,
      data: Float32Array.from(values, (value) => (name.endsWith("variance") ? 1 + value : 0.4 * value)),
    });
  }
  return state;
}
