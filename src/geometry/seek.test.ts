import { expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import { nextInside, seekAtLeast } from "./seek.ts";

const random = createRandom(5);

/** Mostly 0, as a CT's masks and confidences are, and at any place in its buffer: words begin where the buffer says. */
function sparse(length: number, offset: number, most: number): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(length + offset), offset);
  for (let at = 0; at < length; at++) if (random.next() < 0.06) bytes[at] = 1 + random.integer(most);
  return bytes;
}

const cases = Array.from({ length: 40 }, (_, index) => ({
  length: 1 + random.integer(90),
  offset: index % 9,
}));

test.each(cases)(
  "the first place inside is found among $length bytes from $offset on",
  ({ length, offset }) => {
    const bytes = sparse(length, offset, 255);
    for (let from = 0; from <= length; from++) {
      for (const to of [from, Math.min(length, from + 11), length]) {
        const index = bytes.subarray(from, to).findIndex((byte) => byte !== 0);
        expect(nextInside(bytes, from, to)).toBe(index < 0 ? to : from + index);
      }
    }
  },
);

test.each(cases)("a byte of a level is found among $length bytes from $offset on", ({ length, offset }) => {
  const bytes = sparse(length, offset, 255);
  for (const level of [1, 40, 127, 128, 200, 255]) {
    const next = seekAtLeast(bytes, level);
    for (let from = 0; from <= length; from++) {
      const index = bytes.subarray(from).findIndex((byte) => byte >= level);
      expect(next(from)).toBe(index < 0 ? length : from + index);
    }
  }
});
