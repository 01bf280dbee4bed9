/** How long a text that goes by itself is shown. */

/** Of a person who reads two hundred words a minute. */
const lettersPerSecond = 17;
/** To find it on the page first. */
const leastMs = 3500;

/** Long enough to be read twice. */
export function readingMs(text: string): number {
  return Math.max(leastMs, (2 * 1000 * text.length) / lettersPerSecond);
}
