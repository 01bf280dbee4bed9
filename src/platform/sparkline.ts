/** A curve in one line of text. */

const blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** Means of `values` over `width` equal stretches (fewer values: one each), from the lowest block to the highest. */
export function sparkline(values: readonly number[], width: number): string {
  const columns = Math.min(width, values.length);
  const means = Array.from({ length: columns }, (_, column) => {
    const part = values.slice(
      Math.floor((column * values.length) / columns),
      Math.floor(((column + 1) * values.length) / columns),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const low = Math.min(...means);
  const range = Math.max(...means) - low;
  return means
    .map((mean) => blocks[range === 0 ? 0 : Math.min(7, Math.floor(((mean - low) / range) * 8))])
    .join("");
}
