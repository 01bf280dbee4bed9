/** What run-network.ts prints. */
export type NetworkRun = {
  readonly losses: readonly number[];
  readonly probabilities: readonly number[];
  /** Operators by execution provider. */
  readonly training: Readonly<Record<string, readonly string[]>>;
  readonly prediction: Readonly<Record<string, readonly string[]>>;
};

/** What run-losses.ts prints for each loss. */
export type LossRun = { readonly name: string; readonly loss: number; readonly gradient: readonly number[] };
