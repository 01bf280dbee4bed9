/** The name that was probably meant by a misspelt one. */

/** Shorter words stand in too many names to tell anything. */
const leastTelling = 4;

/**
 * The one of `names` that is nearest to `word`; the first of several, undefined if there are none. Case and signs do not count.
 * What stands after the last dot is also compared alone. A name that holds the word, or is held by it, comes before one that
 * merely looks like it: "rotation" means "augmentation.rotationDegrees", not "attention".
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) =>
    Math.min(distance(word, name), distance(lastPart(word), lastPart(name))),
  );
  return names[distances.indexOf(Math.min(...distances))];
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function distance(a: string, b: string): number {
  const [first, second] = [letters(a), letters(b)];
  if (first === second) return 0;
  const [short, long] = first.length < second.length ? [first, second] : [second, first];
  if (short.length >= leastTelling && long.includes(short)) return 1 - short.length / long.length;
  return editDistance(first, second);
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/**
 * Fewest letters to insert, leave out or replace that make `a` into `b` (Levenshtein 1966), or into a beginning of it, which is a
 * little worse.
 */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (let column = 0; column < b.length; column++) {
      const replaced = above[column] + (letter === b[column] ? 0 : 1);
      current.push(Math.min(replaced, above[column + 1] + 1, current[column] + 1));
    }
    above = current;
  }
  return Math.min(above[b.length], Math.min(...above) + 0.5);
}
