import fc from "fast-check";
import { expect, test } from "vitest";
import { predictSlice, restoreSlice } from "./slice-codec.ts";

test("every slice of 16-bit values comes back, whatever jumps between neighbours", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.infiniteStream(fc.oneof(fc.integer({ min: -32768, max: 32767 }), fc.constantFrom(-32768, 32767, 0))),
      (width, height, values) => {
        const hu = Int16Array.from(values.take(width * height));
        expect(restoreSlice(predictSlice(hu, width), width)).toEqual(hu);
      },
    ),
  );
});

test("a plane of constant slope leaves nothing but its borders to send", () => {
  const hu = Int16Array.from({ length: 64 }, (_, at) => 3 * (at % 8) + 5 * Math.floor(at / 8));
  const bytes = predictSlice(hu, 8);
  const inner = [...bytes.subarray(0, 64)].filter((_, at) => at % 8 > 0 && at >= 8);
  expect(inner.every((byte) => byte === 0)).toBe(true);
});
