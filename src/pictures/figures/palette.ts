/** Colours and symbols of the networks, told apart also by colour-blind readers and in print without colour. */

export const ink = "#333";
export const rule = "#bbb";

const colours = ["#1c5d99", "#d1661b", "#4b8b3b", "#7a4b94"] as const;
const symbols = ["circle", "triangle", "square", "diamond"] as const;

/** The networks in order: the first has the first colour in every figure. */
export function colourOf(index: number): string {
  return colours[index % colours.length];
}

export function symbolOf(index: number): (typeof symbols)[number] {
  return symbols[index % symbols.length];
}

/** Scales for a figure whose marks carry a network's title in `network`. */
export function networkScales(titles: readonly string[]) {
  return {
    color: { domain: [...titles], range: titles.map((_, index) => colourOf(index)) },
    symbol: { domain: [...titles], range: titles.map((_, index) => symbolOf(index)) },
  };
}
