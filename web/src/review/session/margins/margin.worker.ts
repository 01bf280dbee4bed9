/** Makes a margin: tenths of a second for a large tumour, most of them for its surface, which may be asked for ahead. */
import type { Mask } from "#geometry/mask.ts";
import { answerWith } from "../ct/ask-worker.ts";
import { keepSurfaces } from "./kept-surfaces.ts";
import { type MarginAnswer, type MarginQuestion, makeMargin } from "./margin-operation.ts";

/** A margin, or a mask that will be expanded. */
export type MarginTask = { readonly make: MarginQuestion } | { readonly expect: Mask };

const surfaceOf = keepSurfaces();

answerWith((task: MarginTask): MarginAnswer | undefined => {
  if ("make" in task) return makeMargin(task.make, surfaceOf);
  surfaceOf(task.expect);
  return undefined;
});
