/** What a training is asked to do. */
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import type { Device } from "#engine/runtime/session.ts";
import type { AddedCohort } from "./load-training-set.ts";

export type TrainRequest = {
  readonly cohort: string;
  /** Further cohorts that each epoch draws on, all of whose patients train. */
  readonly additions: readonly AddedCohort[];
  /** Names of the cohort's patients to train on; without it all that do not validate. */
  readonly patients?: readonly string[] | undefined;
  /** Names of patients to validate on after each epoch; the model is then that of the best epoch. */
  readonly validation?: readonly string[] | undefined;
  readonly out: string;
  readonly configuration: TrainingConfiguration;
  /** Goes on from the checkpoint in `out`, with the configuration and the patients that stand there. */
  readonly resume: boolean;
  /** Paths of the settings that a person asked for: a training that goes on must have them so. None without it. */
  readonly stated?: readonly string[] | undefined;
  /** A model file or a checkpoint whose weights are taken where they fit. */
  readonly startFrom?: string | undefined;
  readonly checkpointEvery: number;
  /** The network's without it. */
  readonly name?: string | undefined;
  /** "1" without it. */
  readonly version?: string | undefined;
  /**
   * Operating point of the model: the target is where the probability is above this. Without it that of the model that it starts
   * from, else the paper's 0.5.
   */
  readonly threshold?: number | undefined;
  /** Threads of one operator; all cores by default. */
  readonly threads?: number | undefined;
  /** The CPU by default. */
  readonly device?: Device | undefined;
};
