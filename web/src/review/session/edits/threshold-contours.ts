/** The contours at other thresholds than the model's: what they are made of is made ready once, beside the page's thread. */
import { type LevelContours, levelContours } from "#editing/tools/level-contours.ts";
import { insideFrom } from "#geometry/confidence.ts";
import type { CtStore } from "../ct-store.ts";
import type { LungsAnswer, LungsQuestion } from "../lungs.worker.ts";
import type { MaskSources } from "../mask-sources.ts";

export class ThresholdContours {
  readonly #ct: CtStore;
  readonly #sources: MaskSources;
  readonly #made = new Map<string, Promise<LevelContours>>();
  #lungs: Promise<LungsAnswer> | undefined;

  constructor(ct: CtStore, sources: MaskSources) {
    this.#ct = ct;
    this.#sources = sources;
  }

  /** Of an automatic source, once its confidence, the whole CT and its lungs are there. Throws `RequestError`. */
  of(sourceId: string): Promise<LevelContours> {
    const made = this.#made.get(sourceId) ?? this.#make(sourceId);
    this.#made.set(sourceId, made);
    return made;
  }

  async #make(sourceId: string): Promise<LevelContours> {
    this.#lungs ??= this.#findLungs();
    const [confidence, proposed, lungs] = await Promise.all([
      this.#sources.loadConfidence(sourceId),
      this.#sources.load(sourceId),
      this.#lungs,
    ]);
    const contourAt = levelContours(confidence, lungs);
    // The model's own contour has its border moved to the image's: its level is the contour as it was proposed.
    return (level) => (level === insideFrom ? proposed : contourAt(level));
  }

  async #findLungs(): Promise<LungsAnswer> {
    await this.#ct.whenWhole();
    const { promise, resolve, reject } = Promise.withResolvers<LungsAnswer>();
    const worker = new Worker(new URL("../lungs.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<LungsAnswer>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`The lungs could not be found: ${message}`));
    worker.postMessage({ grid: this.#ct.grid, hu: this.#ct.hu } satisfies LungsQuestion);
    return promise.finally(() => worker.terminate());
  }
}
