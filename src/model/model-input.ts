/**
 * What a model must be fed and how its output is read, wherever it was made: matrix, neighbouring slices, intensities,
 * normalisation, threshold. Models of this program say it in their metadata, others in a stated configuration.
 */
import type { ModelMetadata } from "#contract/model-metadata.ts";
import type { Quality } from "#contract/quality.ts";
import type { ContextOptions } from "#preprocess/context.ts";
import type { GreyLevels } from "#preprocess/grey-levels.ts";
import type { Normalisation } from "#preprocess/normalise.ts";

export type ModelInput = ContextOptions & {
  /** Rows and columns. */
  readonly size: number;
  /** Grey levels, or HU that are only cut off at the window's ends. */
  readonly intensity: GreyLevels | { readonly lowHu: number; readonly highHu: number };
  /** Of the grey levels, or of the HU. */
  readonly normalisation: Normalisation;
  /** It was trained elsewhere, on neighbours as they are: none is taken for another stretch of the body (preprocess/context.ts). */
  readonly neighboursAsTheyAre?: boolean | undefined;
  /** The square that the body fills instead of the whole slice. */
  readonly frame?: "body" | undefined;
  /** Side of the square that a model sees which answers prompts (preprocess/prompt-view.ts); without it whole slices. */
  readonly viewMm?: number | undefined;
  /** The target is where the probability is above this. */
  readonly threshold: number;
};

/**
 * Probabilities [batch, 1, rows, columns] of normalised images [batch, channels, rows, columns]. Rows and columns are the model's
 * size by default.
 */
export type Predict = (
  images: Float32Array,
  batch: number,
  extent?: readonly [rows: number, columns: number],
) => Promise<Float32Array>;

/** What contouring a CT needs of a model, wherever it runs. */
export type ContouringModel = {
  readonly input: ModelInput;
  /** Images at once; undefined: any number. */
  readonly largestBatch?: number | undefined;
  /** It also takes a part of its matrix, whose rows and columns are multiples of this; undefined: the whole one alone. */
  readonly partsFrom?: number | undefined;
  /** It looks at every slice, however thin: nobody here knows how its answers change from one to the next. */
  readonly everySlice?: boolean | undefined;
  /** It looks at the mirror image as well. */
  readonly flips?: boolean | undefined;
  /** What its contours are worth, where it was calibrated. */
  readonly quality?: Quality | undefined;
  readonly predict: Predict;
  /** A second network, for what belongs to a tumour that this one finds. */
  readonly second?: (() => Promise<Pick<ContouringModel, "input" | "predict" | "partsFrom">>) | undefined;
  /** The network that answers clicks, for what this one leaves open. */
  readonly clicks?: (() => Promise<Pick<ContouringModel, "input" | "predict">>) | undefined;
};

export function inputOf(
  metadata: Pick<ModelMetadata, "configuration" | "normalisation" | "frame" | "threshold">,
): ModelInput {
  const { size, context, contextSpacingMm, greyLevels, view } = metadata.configuration;
  const viewMm = view === "click" ? metadata.configuration.viewMm : undefined;
  const { normalisation, frame, threshold } = metadata;
  return { size, context, contextSpacingMm, intensity: greyLevels, normalisation, frame, viewMm, threshold };
}
