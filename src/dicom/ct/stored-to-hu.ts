/** What stored values mean in HU: stored bits and sign (PS3.3 C.7.6.3), rescale (C.11.1), padding values (C.7.5.1.1.2). */
import { type DataSet, number } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import type { PixelShape } from "./pixel-shape.ts";

export type Rescale = { readonly slope: number; readonly intercept: number };

/** HU of what lies outside the scan: air. */
const paddingHu = -1024;

/** Of every bit pattern that a pixel can have: its HU in the lower 16 bits, above them whether it is a padding value or was clamped. */
type Translation = Int32Array;
const [paddingBit, clampedBit] = [16, 17];

/** Into `hu`; how many pixels held a padding value, and how many were clamped to 16 bits. */
export function toHu(
  stored: Uint8Array,
  hu: Int16Array,
  meaning: Translation,
  bitsAllocated: number,
): { readonly padded: number; readonly clamped: number } {
  const raw = bitsAllocated === 8 ? stored : wholeWords(stored, hu.length);
  let [padded, clamped] = [0, 0];
  for (let index = 0; index < hu.length; index++) {
    const value = meaning[raw[index]];
    // The array keeps the lower 16 bits.
    hu[index] = value;
    padded += (value >> paddingBit) & 1;
    clamped += (value >> clampedBit) & 1;
  }
  return { padded, clamped };
}

/** Little-endian words; a copy only where they begin at an odd place, which typed arrays cannot. */
function wholeWords(bytes: Uint8Array, count: number): Uint16Array {
  const even = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint16Array(even.buffer, even.byteOffset, count);
}

/** The slices of a series have the same one, nearly always: it is made once for them. */
let last: { readonly key: string; readonly table: Translation } | undefined;

/** `dataSet`: of the frame's file, for its padding values. */
export function translation(shape: PixelShape, { slope, intercept }: Rescale, dataSet: DataSet): Translation {
  const { bitsAllocated, bitsStored, highBit, signed } = shape;
  const paddingRange = paddingOf(dataSet, shape);
  const key = [
    bitsAllocated,
    bitsStored,
    highBit,
    signed,
    slope,
    intercept,
    JSON.stringify(paddingRange),
  ].join(" ");
  if (last?.key === key) return last.table;
  const shift = highBit + 1 - bitsStored;
  const valueMask = 2 ** bitsStored - 1;
  const signedValue = (raw: number): number => wordValue((raw >> shift) & valueMask, bitsStored, signed);
  const isPadding = (raw: number): boolean =>
    paddingRange !== undefined &&
    (within(paddingRange, signedValue(raw)) ||
      (paddingRange.beyondStored &&
        within(paddingRange, wordValue(raw, bitsAllocated, paddingRange.signed))));
  const table: Translation = new Int32Array(2 ** bitsAllocated);
  for (let raw = 0; raw < table.length; raw++) {
    const value = signedValue(raw);
    const scaled = Math.round(value * slope + intercept);
    const clamped = Math.min(32767, Math.max(-32768, scaled));
    if (isPadding(raw)) table[raw] = (paddingHu & 0xffff) | (1 << paddingBit);
    else table[raw] = (clamped & 0xffff) | (clamped === scaled ? 0 : 1 << clampedBit);
  }
  last = { key, table };
  return table;
}

type PaddingRange = {
  readonly low: number;
  readonly high: number;
  readonly signed: boolean;
  /** No pixel can hold them within its stored bits: a pixel is padding then whose whole word holds one. */
  readonly beyondStored: boolean;
};

/**
 * Pixel Padding Value (0028,0120), a range together with Pixel Padding Range Limit (0028,0121); undefined if absent. Both are
 * 16 bits, signed as the pixels are or as their VR says: writers disagree, and the bits are what both mean.
 */
function paddingOf(dataSet: DataSet, { bitsStored, signed }: PixelShape): PaddingRange | undefined {
  const value = number(dataSet, tags.PixelPaddingValue);
  if (value === undefined) return undefined;
  const limit = number(dataSet, tags.PixelPaddingRangeLimit) ?? value;
  const isSigned = signed || dataSet.get(tags.PixelPaddingValue)?.vr === "SS";
  const [a, b] = [value, limit].map((bits) => wordValue(bits, 16, isSigned));
  const lowest = signed ? -(2 ** (bitsStored - 1)) : 0;
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  return { low, high, signed: isSigned, beyondStored: low < lowest || high >= lowest + 2 ** bitsStored };
}

function within({ low, high }: PaddingRange, value: number): boolean {
  return value >= low && value <= high;
}

/** The number in the lowest `bits` bits. */
function wordValue(word: number, bits: number, signed: boolean): number {
  const value = word & (2 ** bits - 1);
  return signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}
