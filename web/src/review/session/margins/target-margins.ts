/** CTV and PTV of the CT under review, made beside the page's own thread. */

import { ask } from "../ct/ask-worker.ts";
import type { CtAnatomy } from "../ct/ct-anatomy.ts";
import type { CtStore } from "../ct/ct-store.ts";
import {
  type Expanded,
  type MarginAnswer,
  type MarginOptions,
  type MarginQuestion,
  type MarginSource,
  planMargin,
} from "./margin-operation.ts";

export class TargetMargins {
  readonly #ct: CtStore;
  readonly #anatomy: CtAnatomy;
  /** Kept: a thread that has just begun takes twice as long. */
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ct: CtStore, anatomy: CtAnatomy) {
    this.#ct = ct;
    this.#anatomy = anatomy;
  }

  /** Body and bones take most of the time of a margin: they are found, and a thread begins, while a person still chooses it. */
  prepare(): void {
    this.#worker ??= startWorker();
    // Whoever makes a margin is told what went wrong.
    void this.#limits({ trimToBody: true, boneIsBarrier: true }).catch(() => undefined);
  }

  /**
   * From the structures as they are when body and bones are found; the derivation says which voxels those were. Throws `not-found`
   * as `planMargin`, and what `structure` throws.
   */
  async expand(options: MarginOptions, structure: (id: string) => MarginSource): Promise<Expanded> {
    const limits = await this.#limits(options);
    const { question, finish } = planMargin(options, structure, this.#ct.grid, limits);
    const answer = this.#last.then(() => this.#ask(question));
    this.#last = answer.catch(() => undefined);
    return finish(await answer);
  }

  dispose(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #ask(question: MarginQuestion): Promise<MarginAnswer> {
    this.#worker ??= startWorker();
    try {
      return await ask<MarginQuestion, MarginAnswer>(this.#worker, question);
    } catch (cause) {
      this.dispose();
      throw cause;
    }
  }

  async #limits({ trimToBody, boneIsBarrier }: Pick<MarginOptions, "trimToBody" | "boneIsBarrier">) {
    const [body, bone] = await Promise.all([
      trimToBody ? this.#anatomy.body() : undefined,
      boneIsBarrier ? this.#anatomy.bone() : undefined,
    ]);
    return { body, bone };
  }
}

function startWorker(): Worker {
  return new Worker(new URL("./margin.worker.ts", import.meta.url), { type: "module" });
}
