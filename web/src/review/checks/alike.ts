/** Sentences that say the same of many slices or contours, put together: one line each, with the others behind it. */

type Alike = { readonly first: string; readonly others: readonly string[] };

/** Alike are those that begin with the same words up to the first number. In the order of the first of each. */
export function groupAlike(sentences: readonly string[]): Alike[] {
  const groups = new Map<string, string[]>();
  for (const sentence of new Set(sentences)) {
    const begins = sentence.replace(/\d.*$/su, "") || sentence;
    groups.set(begins, [...(groups.get(begins) ?? []), sentence]);
  }
  return [...groups.values()].map(([first, ...others]) => ({ first, others }));
}
