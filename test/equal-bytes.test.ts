/** The shortcut for typed arrays calls nothing equal that is not. */
import { expect, test } from "vitest";

test("arrays of the same bytes are equal, in whatever they lie; of other bytes, lengths or types they are not", () => {
  const bytes = new Uint8Array([1, 2, 3]);
  expect([{ bytes: new Uint8Array([0, 1, 2, 3]).subarray(1) }]).toEqual([{ bytes }]);
  for (const other of [new Uint8Array([1, 2, 4]), new Uint8Array([1, 2]), new Int8Array([1, 2, 3])])
    expect([{ bytes: other }]).not.toEqual([{ bytes }]);
  expect(new Float32Array([-0])).not.toEqual(new Float32Array([0]));
});
