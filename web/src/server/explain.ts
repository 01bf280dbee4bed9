/** What went wrong, as a sentence for the person. */
export function explain(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
