/** Slices worth jumping to, from plain numbers: pure, so that keys and what is shown first agree. Slices count from the feet. */

/** The slice with most voxels, the lower of equals; null if all are empty. */
export function largestSlice(counts: ArrayLike<number>): number | null {
  let best: number | null = null;
  for (let k = 0; k < counts.length; k++) {
    if (counts[k] > 0 && (best === null || counts[k] > counts[best])) best = k;
  }
  return best;
}

/** Required slices that were not seen, ascending. */
export function unseenSlices(required: ReadonlySet<number>, seen: ReadonlySet<number>): number[] {
  return [...required].filter((k) => !seen.has(k)).sort((a, b) => a - b);
}

/** The next required slice above `from` that was not seen, else the first from the feet; null if all were seen. */
export function nextUnseen(
  required: ReadonlySet<number>,
  seen: ReadonlySet<number>,
  from: number,
): number | null {
  const open = unseenSlices(required, seen);
  return open.find((k) => k > from) ?? open.find((k) => k !== from) ?? open[0] ?? null;
}
