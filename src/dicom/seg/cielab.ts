/**
 * A screen colour as DICOM keeps it (PS3.3 C.10.7.1.1): CIELab under D50, each component scaled to 16 bits. Sources: IEC
 * 61966-2-1 (sRGB), CIE 15 (Lab), Bradford adaptation from D65 to D50.
 */

/** Rows of the matrix from linear sRGB to XYZ under D50 (Bradford). */
const toXyz = [
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733],
];
const whiteD50 = [0.96422, 1, 0.82521];

/** `rgb` 0 to 255. L from 0 to 100 becomes 0 to 65535, a and b from -128 to 127 likewise. */
export function dicomCielab(rgb: readonly [number, number, number]): [number, number, number] {
  const linear = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const [x, y, z] = toXyz.map((row, axis) => {
    const t = row.reduce((sum, weight, channel) => sum + weight * linear[channel], 0) / whiteD50[axis];
    return t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29;
  });
  const scaled = (value: number): number => Math.max(0, Math.min(65_535, Math.round(value)));
  return [
    scaled(((116 * y - 16) / 100) * 65_535),
    scaled(((500 * (x - y) + 128) / 255) * 65_535),
    scaled(((200 * (y - z) + 128) / 255) * 65_535),
  ];
}

/** The inverse of `toXyz`. */
const fromXyz = [
  [3.1338564, -1.6168668, -0.4906148],
  [-0.9787686, 1.9161416, 0.0334541],
  [0.0719452, -0.2289913, 1.4052427],
];

/** The nearest colour of a screen, 0 to 255. */
export function rgbOfDicomCielab([l, a, b]: readonly [number, number, number]): [number, number, number] {
  const y = ((l / 65_535) * 100 + 16) / 116;
  const x = y + ((a / 65_535) * 255 - 128) / 500;
  const z = y - ((b / 65_535) * 255 - 128) / 200;
  const xyz = [x, y, z].map((value, axis) => {
    const t = value > 6 / 29 ? value ** 3 : 3 * (6 / 29) ** 2 * (value - 4 / 29);
    return t * whiteD50[axis];
  });
  const [red, green, blue] = fromXyz.map((row) => {
    const linear = row.reduce((sum, weight, axis) => sum + weight * xyz[axis], 0);
    const part = linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
    return Math.max(0, Math.min(255, Math.round(part * 255)));
  });
  return [red, green, blue];
}
