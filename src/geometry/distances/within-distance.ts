/**
 * Which voxels lie within a distance of a mask: what asks no more than that need not know how far away all the others are. Rows
 * are sets of bits, 32 voxels a word, and the ball is a pile of rows: ten times as fast as distance-transform.ts.
 */
import type { Mask } from "../mask.ts";

const bitsPerWord = 32;

/** 1 exactly where `distanceToMask` is `mm` at most, in memory order; 0 everywhere for an empty mask. */
export function withinDistance({ grid, data }: Mask, mm: number): Uint8Array {
  return unpackRows(dilated(packRows(data, grid.size[0], 1), grid, mm), grid.size[0], 1);
}

/** The voxels of a mask that lie farther than `mm` from every voxel outside it; what lies beyond the grid is not outside. */
export function erodedBy({ grid, data }: Mask, mm: number): Mask {
  return { grid, data: unpackRows(dilated(packRows(data, grid.size[0], 0), grid, mm), grid.size[0], 0) };
}

/** Rows of bits, `words` for each row. */
type Rows = { readonly bits: Uint32Array; readonly words: number };

function dilated({ bits, words }: Rows, { size, spacingMm }: Mask["grid"], mm: number): Rows {
  const [, height, depth] = size;
  const widened = [bits];
  const filled = rowsWithBits(bits, words);
  const near = new Uint32Array(bits.length);
  for (const { dy, dz, dx } of rowsOfBall(spacingMm, mm)) {
    while (widened.length <= dx) widened.push(widenedByOne(widened[widened.length - 1], words));
    const wide = widened[dx];
    for (let z = Math.max(0, -dz); z < Math.min(depth, depth - dz); z++) {
      for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
        const from = y + dy + height * (z + dz);
        if (filled[from] === 0) continue;
        const to = (y + height * z) * words;
        for (let word = 0; word < words; word++) near[to + word] |= wide[from * words + word];
      }
    }
  }
  return { bits: near, words };
}

/** The rows of a ball's voxels, as steps along y and z and how far each reaches along x; those that reach least come first. */
function rowsOfBall([sx, sy, sz]: Mask["grid"]["spacingMm"], mm: number) {
  const rows: { readonly dy: number; readonly dz: number; readonly dx: number }[] = [];
  const most = (spacing: number): number => Math.floor(mm / spacing) + 1;
  // Rounded as the distances of distance-transform.ts are.
  const fits = (dx: number, dy: number, dz: number): boolean =>
    Math.fround(Math.sqrt((dx * sx) ** 2 + (dy * sy) ** 2 + (dz * sz) ** 2)) <= mm;
  for (let dz = -most(sz); dz <= most(sz); dz++) {
    for (let dy = -most(sy); dy <= most(sy); dy++) {
      let dx = -1;
      while (fits(dx + 1, dy, dz)) dx++;
      if (dx >= 0) rows.push({ dy, dz, dx });
    }
  }
  return rows.sort((a, b) => a.dx - b.dx);
}

/** Bits where the byte is `value`. */
function packRows(data: Uint8Array, width: number, value: 0 | 1): Rows {
  const words = Math.ceil(width / bitsPerWord);
  const bits = new Uint32Array((data.length / width) * words);
  for (let start = 0, first = 0; start < data.length; start += width, first += words)
    for (let x = 0; x < width; x++) if (data[start + x] === value) bits[first + (x >> 5)] |= 1 << (x & 31);
  return { bits, words };
}

/** `value` where the bit is set, the other of 0 and 1 where it is not. */
function unpackRows({ bits, words }: Rows, width: number, value: 0 | 1): Uint8Array {
  const data = new Uint8Array((bits.length / words) * width);
  const flip = 1 - value;
  for (let start = 0, first = 0; start < data.length; start += width, first += words)
    for (let x = 0; x < width; x++) data[start + x] = ((bits[first + (x >> 5)] >>> (x & 31)) & 1) ^ flip;
  return data;
}

/** 1 for each row that holds a bit. */
function rowsWithBits(bits: Uint32Array, words: number): Uint8Array {
  const filled = new Uint8Array(bits.length / words);
  for (let at = 0; at < bits.length; at++) if (bits[at] !== 0) filled[Math.floor(at / words)] = 1;
  return filled;
}

/** Every bit sets its two neighbours in its row. */
function widenedByOne(bits: Uint32Array, words: number): Uint32Array {
  const wider = new Uint32Array(bits.length);
  for (let at = 0; at < bits.length; at++) {
    const word = at % words;
    const before = word > 0 ? bits[at - 1] >>> 31 : 0;
    const after = word < words - 1 ? bits[at + 1] << 31 : 0;
    wider[at] = bits[at] | (bits[at] << 1) | (bits[at] >>> 1) | before | after;
  }
  return wider;
}
