/**
 * Captions in pictures: capitals, digits and a few signs of 5 x 7 pixels, drawn with a dark rim so that they can be read
 * on air and on bone. Lower case is drawn as capitals, unknown signs as blanks.
 */
import { fillRectangle, type Rgb, type RgbImage } from "./rgb-image.ts";

/** Seven rows of two hexadecimal digits; the lowest five bits of each are its pixels, the leftmost highest. */
const glyphs: Readonly<Record<string, string | undefined>> = {
  A: "0e11111f111111",
  B: "1e11111e11111e",
  C: "0f10101010100f",
  D: "1e11111111111e",
  E: "1f10101e10101f",
  F: "1f10101e101010",
  G: "0f10101711110f",
  H: "1111111f111111",
  I: "0e04040404040e",
  J: "0702020202120c",
  K: "11121418141211",
  L: "1010101010101f",
  M: "111b1515111111",
  N: "11191915131311",
  O: "0e11111111110e",
  P: "1e11111e101010",
  Q: "0e11111115120d",
  R: "1e11111e141211",
  S: "0f10100e01011e",
  T: "1f040404040404",
  U: "1111111111110e",
  V: "11111111110a04",
  W: "11111115151b11",
  X: "11110a040a1111",
  Y: "11110a04040404",
  Z: "1f01020408101f",
  "0": "0e11131519110e",
  "1": "040c040404040e",
  "2": "0e11010608101f",
  "3": "1e01010e01011e",
  "4": "02060a121f0202",
  "5": "1f101e0101110e",
  "6": "0608101e11110e",
  "7": "1f010202040404",
  "8": "0e11110e11110e",
  "9": "0e11110f01020c",
  ".": "00000000000c0c",
  ",": "000000000c0408",
  ":": "000c0c000c0c00",
  "-": "0000000e000000",
  "+": "0004041f040400",
  "/": "01010204081010",
  "%": "19190204081313",
  "=": "00001f001f0000",
};

const glyphWidth = 5;
const glyphHeight = 7;

/** Width in pixels of a caption drawn at `scale`. */
export function textWidth(text: string, scale: number): number {
  return text.length * (glyphWidth + 1) * scale - scale;
}

export function textHeight(scale: number): number {
  return glyphHeight * scale;
}

export type Caption = {
  readonly text: string;
  /** The upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly colour: Rgb;
  /** Pixels a dot. */
  readonly scale: number;
};

/** Draws into `image`; what lies outside it is cut off. */
export function drawText(image: RgbImage, { text, x, y, colour, scale }: Caption): void {
  const rim: Rgb = [0, 0, 0];
  const dots = dotsOf(text).map(([column, row]) => ({
    x: x + column * scale,
    y: y + row * scale,
    width: scale,
    height: scale,
  }));
  for (const dot of dots) {
    for (const [dx, dy] of [
      [-1, 0],
      [1, 0],
      [0, -1],
      [0, 1],
    ]) {
      fillRectangle(image, { ...dot, x: dot.x + dx, y: dot.y + dy }, rim);
    }
  }
  for (const dot of dots) fillRectangle(image, dot, colour);
}

function dotsOf(text: string): [number, number][] {
  const dots: [number, number][] = [];
  for (const [index, character] of [...text.toUpperCase()].entries()) {
    const glyph = glyphs[character];
    if (glyph === undefined) continue;
    for (let row = 0; row < glyphHeight; row++) {
      const bits = Number.parseInt(glyph.slice(2 * row, 2 * row + 2), 16);
      for (let column = 0; column < glyphWidth; column++) {
        if ((bits >> (glyphWidth - 1 - column)) & 1) dots.push([index * (glyphWidth + 1) + column, row]);
      }
    }
  }
  return dots;
}
