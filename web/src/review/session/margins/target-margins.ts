/** CTV and PTV of the CT under review, made beside the page's own thread. */

import type { Mask } from "#geometry/mask.ts";
import { ask } from "../ct/ask-worker.ts";
import type { CtAnatomy } from "../ct/ct-anatomy.ts";
import type { CtStore } from "../ct/ct-store.ts";
import type { MarginTask } from "./margin.worker.ts";
import {
  type Expanded,
  type MarginAnswer,
  type MarginOptions,
  type MarginSource,
  planMargin,
  unionToExpand,
} from "./margin-operation.ts";

export class TargetMargins {
  readonly #ct: CtStore;
  readonly #anatomy: CtAnatomy;
  /** Kept: a thread that has just begun takes twice as long. */
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Of what was chosen last: a surface that is not wanted any more keeps no margin waiting. */
  #expected: Mask | undefined;

  constructor(ct: CtStore, anatomy: CtAnatomy) {
    this.#ct = ct;
    this.#anatomy = anatomy;
  }

  /**
   * Body and bones take most of the time of a margin, then the surface of what is expanded: they are found, and a thread begins, while
   * a person still chooses it. `masks`: those that a margin round all of them would begin at.
   */
  prepare(masks: readonly Mask[]): void {
    // Whoever makes a margin is told what went wrong.
    void this.#limits({ trimToBody: true, boneIsBarrier: true }).catch(() => undefined);
    const expect = unionToExpand(masks);
    this.#expected = expect;
    if (expect === undefined) this.#worker ??= startWorker();
    else this.#findAhead(() => (this.#expected === expect ? { expect } : undefined));
  }

  /**
   * From the structures as they are when body and bones are found; the derivation says which voxels those were. Throws `not-found`
   * as `planMargin`, and what `structure` throws.
   */
  async expand(options: MarginOptions, structure: (id: string) => MarginSource): Promise<Expanded> {
    const limits = await this.#limits(options);
    const { question, finish } = planMargin(options, structure, this.#ct.grid, limits);
    const answer = await this.#inTurn<MarginAnswer>(() => ({ make: question }));
    // A CTV that barriers cut short is expanded as it stands: its PTV begins at a surface that is not known yet.
    const expect = { grid: question.mask.grid, data: answer.data };
    if (question.barriers?.data.includes(1)) this.#findAhead(() => ({ expect }));
    return finish(answer);
  }

  dispose(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #findAhead(taskNow: () => MarginTask | undefined): void {
    void this.#inTurn(taskNow).catch(() => undefined);
  }

  /** One task at a time, if there still is one when its turn comes. */
  #inTurn<Answer>(taskNow: () => MarginTask | undefined): Promise<Answer> {
    const answer = this.#last.then(() => {
      const task = taskNow();
      return task === undefined ? (undefined as Answer) : this.#ask<Answer>(task);
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #ask<Answer>(task: MarginTask): Promise<Answer> {
    this.#worker ??= startWorker();
    try {
      return await ask<MarginTask, Answer>(this.#worker, task);
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
