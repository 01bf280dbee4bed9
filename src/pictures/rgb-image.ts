/** A picture as bytes: red, green, blue, row by row from the top. Not here: PNG (pictures/run/write-png.ts). */

export type Rgb = readonly [number, number, number];

export type RgbImage = {
  readonly width: number;
  readonly height: number;
  /** Length 3 * width * height. */
  readonly data: Uint8Array;
};

export function blankImage(width: number, height: number): RgbImage {
  return { width, height, data: new Uint8Array(3 * width * height) };
}

/** Copies `source` into `target` with its upper left corner at (x, y). It must fit. */
export function paste(target: RgbImage, source: RgbImage, x: number, y: number): void {
  for (let row = 0; row < source.height; row++) {
    const line = source.data.subarray(3 * row * source.width, 3 * (row + 1) * source.width);
    target.data.set(line, 3 * (x + target.width * (y + row)));
  }
}

/** In pixels, (x, y) the upper left corner. */
type Rectangle = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** A rectangle of one colour; what lies outside the image is cut off. */
export function fillRectangle(image: RgbImage, rectangle: Rectangle, colour: Rgb): void {
  const { x, y, width, height } = rectangle;
  for (let row = Math.max(0, y); row < Math.min(image.height, y + height); row++) {
    for (let column = Math.max(0, x); column < Math.min(image.width, x + width); column++) {
      image.data.set(colour, 3 * (column + image.width * row));
    }
  }
}
