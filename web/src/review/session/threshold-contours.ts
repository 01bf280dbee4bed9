/** The contours at other thresholds than the model's: what they are made of is fetched when a person first tries one. */
import { type LevelContours, levelContours } from "#editing/tools/level-contours.ts";
import type { CtStore } from "./ct-store.ts";
import type { MaskSources } from "./mask-sources.ts";

export class ThresholdContours {
  readonly #ct: CtStore;
  readonly #sources: MaskSources;
  readonly #made = new Map<string, Promise<LevelContours>>();

  constructor(ct: CtStore, sources: MaskSources) {
    this.#ct = ct;
    this.#sources = sources;
  }

  /** Of an automatic source, once its confidence and the whole CT are there. Throws `RequestError`. */
  of(sourceId: string): Promise<LevelContours> {
    const made = this.#made.get(sourceId) ?? this.#make(sourceId);
    this.#made.set(sourceId, made);
    return made;
  }

  async #make(sourceId: string): Promise<LevelContours> {
    const [confidence] = await Promise.all([this.#sources.loadConfidence(sourceId), this.#ct.whenWhole()]);
    return levelContours(this.#ct, confidence);
  }
}
