/** Lungs, body and bones of the CT under review: each found once, when it is first asked for and the CT is there whole. */
import type { CoarseLungs } from "#anatomy/lung-support.ts";
import type { Mask } from "#geometry/mask.ts";
import type { Anatomy, AnatomyQuestion } from "./anatomy.worker.ts";
import { ask } from "./ask-worker.ts";
import type { CtStore } from "./ct-store.ts";

export class CtAnatomy {
  readonly #ct: CtStore;
  readonly #anatomy: { -readonly [What in keyof Anatomy]?: Promise<Anatomy[What]> } = {};

  constructor(ct: CtStore) {
    this.#ct = ct;
  }

  /** Of the patient upright. Undefined where the image shows no lungs. */
  lungs(): Promise<CoarseLungs | undefined> {
    this.#anatomy.lungs ??= this.#find("lungs");
    return this.#anatomy.lungs;
  }

  /** What is inside the skin. Undefined where the image shows no body. */
  async body(): Promise<Mask | undefined> {
    this.#anatomy.body ??= this.#find("body");
    return this.#maskOf(await this.#anatomy.body);
  }

  /** Undefined where the image shows no bone. */
  async bone(): Promise<Mask | undefined> {
    this.#anatomy.bone ??= this.#find("bone");
    return this.#maskOf(await this.#anatomy.bone);
  }

  /** What failed is tried again when it is asked for the next time. */
  async #find<What extends keyof Anatomy>(part: What): Promise<Anatomy[What]> {
    try {
      await this.#ct.whenWhole();
      const worker = new Worker(new URL("./anatomy.worker.ts", import.meta.url), { type: "module" });
      const { grid, hu } = this.#ct;
      const answer = ask<AnatomyQuestion, Anatomy[What]>(worker, { part, ct: { grid, hu } });
      return await answer.finally(() => worker.terminate());
    } catch (cause) {
      delete this.#anatomy[part];
      throw cause;
    }
  }

  #maskOf(data: Mask["data"] | undefined): Mask | undefined {
    return data && { grid: this.#ct.grid, data };
  }
}
