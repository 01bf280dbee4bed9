/** Masks to look at and compare with that do not change: fetched when first asked for, kept while the page is open. */
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import type { Confidence } from "#geometry/confidence.ts";
import type { Grid } from "#geometry/grid.ts";
import { voxelCount } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { fetchInflated, fillPath } from "../../server/api.ts";
import { isUnreachable, whenAnswering } from "../../server/when-answering.ts";

export class MaskSources {
  readonly #caseId: string;
  readonly #grid: Grid;
  readonly #loads = new Map<string, Promise<Uint8Array>>();
  readonly #bytes = new Map<string, Uint8Array>();
  /** Called when a mask that was asked for is there, or is worth asking for again. */
  onLoaded: (sourceId: string) => void = () => undefined;
  onProblem: (sourceId: string, reason: unknown) => void = () => undefined;

  constructor(caseId: string, grid: Grid) {
    this.#caseId = caseId;
    this.#grid = grid;
  }

  /** The source's mask, or undefined while it is on its way (`onLoaded` is called when it is there). */
  mask(sourceId: string): Mask | undefined {
    const data = this.#bytes.get(`${byteRoutes.mask} ${sourceId}`);
    if (data !== undefined) return { grid: this.#grid, data };
    if (this.#loads.has(`${byteRoutes.mask} ${sourceId}`)) return undefined;
    this.#load(byteRoutes.mask, sourceId).then(
      () => this.onLoaded(sourceId),
      (reason: unknown) => {
        this.onProblem(sourceId, reason);
        if (isUnreachable(reason)) void whenAnswering().then(() => this.onLoaded(sourceId));
      },
    );
    return undefined;
  }

  /** Throws `RequestError`. */
  async load(sourceId: string): Promise<Mask> {
    return { grid: this.#grid, data: await this.#load(byteRoutes.mask, sourceId) };
  }

  /** The model's, not the mask. Throws `RequestError`. */
  async loadConfidence(sourceId: string): Promise<Confidence> {
    return { grid: this.#grid, data: await this.#load(byteRoutes.confidence, sourceId) };
  }

  /** A load that was refused stays so until the page is opened anew: drawing asks again and again. */
  #load(route: string, sourceId: string): Promise<Uint8Array> {
    const key = `${route} ${sourceId}`;
    const begun = this.#loads.get(key);
    if (begun !== undefined) return begun;
    const load = fetchInflated(fillPath(route, { caseId: this.#caseId, sourceId })).then((data) => {
      if (data.length !== voxelCount(this.#grid))
        throw new Error("A mask from the server does not fit the CT.");
      this.#bytes.set(key, data);
      return data;
    });
    this.#loads.set(key, load);
    load.catch((reason: unknown) => {
      if (isUnreachable(reason)) void whenAnswering().then(() => this.#loads.delete(key));
    });
    return load;
  }
}
