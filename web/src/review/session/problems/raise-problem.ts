/** What went wrong, on the page for as long as it is so: each by its cause, and the server's silence until it answers. */
import { explain } from "../../../server/explain.ts";
import { isUnreachable, whenAnswering } from "../../../server/when-answering.ts";
import type { ReviewStore } from "../review-store.ts";

/** Whoever raises it ends it by the same cause, as soon as what failed has worked. */
export function raiseProblem(store: ReviewStore, cause: string, reason: unknown): void {
  const text = explain(reason);
  store.raiseProblem(cause, text);
  if (isUnreachable(reason)) void whenAnswering().then(() => store.endProblem(cause, text));
}
