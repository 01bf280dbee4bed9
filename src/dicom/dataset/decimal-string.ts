/**
 * Numbers as DICOM decimal strings (DS, PS3.5 section 6.2): at most 16 bytes, no more digits than needed. Millimetres keep
 * a thousandth and better in that space for anything that fits a scanner.
 */

/** Throws a fault for what is no finite number. */
export function decimalString(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} cannot be written as a decimal string`);
  // Rounded to a millionth: what is left of sums of binary fractions is not information.
  const rounded = Math.round(value * 1e6) / 1e6;
  const plain = Object.is(rounded, -0) ? "0" : String(rounded);
  if (plain.length <= 16 && !plain.includes("e")) return plain;
  for (let digits = 15; digits > 0; digits--) {
    const shorter = String(Number(value.toPrecision(digits)));
    if (shorter.length <= 16) return shorter;
  }
  throw new Error(`${value} does not fit a decimal string of 16 bytes`);
}

export function decimalStrings(values: readonly number[]): string {
  return values.map(decimalString).join("\\");
}
