/** The contours at other thresholds than the model's: what they are made of is made ready once. */
import { type LevelContours, levelContours } from "#editing/tools/level-contours.ts";
import { insideFrom } from "#geometry/confidence.ts";
import type { CtAnatomy } from "../ct/ct-anatomy.ts";
import type { MaskSources } from "../mask-sources.ts";

export class ThresholdContours {
  readonly #anatomy: CtAnatomy;
  readonly #sources: MaskSources;
  readonly #contours = new Map<string, Promise<LevelContours>>();

  constructor(anatomy: CtAnatomy, sources: MaskSources) {
    this.#anatomy = anatomy;
    this.#sources = sources;
  }

  /** Of an automatic source, once its confidence, the whole CT and its lungs are there. What failed is tried again the next time. Throws `RequestError`. */
  of(sourceId: string): Promise<LevelContours> {
    const begun = this.#contours.get(sourceId);
    if (begun !== undefined) return begun;
    const contours = this.#make(sourceId);
    this.#contours.set(sourceId, contours);
    contours.catch(() => this.#contours.delete(sourceId));
    return contours;
  }

  async #make(sourceId: string): Promise<LevelContours> {
    const [confidence, proposed, lungs] = await Promise.all([
      this.#sources.loadConfidence(sourceId),
      this.#sources.load(sourceId),
      this.#anatomy.lungs(),
    ]);
    const contourAt = levelContours(confidence, proposed, lungs);
    // The model's own contour has its border moved to the image's: its level is the contour as it was proposed.
    return (level) => (level === insideFrom ? proposed : contourAt(level));
  }
}
