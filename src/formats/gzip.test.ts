import { gzipSync } from "fflate";
import { expect, test } from "vitest";
import { gunzip } from "./gzip.ts";

test("one flipped bit anywhere in the stream never gives another content", () => {
  const content = Uint8Array.from({ length: 500 }, (_, at) => (at * at) % 251);
  const packed = gzipSync(content, { mtime: 0 });
  let noticed = 0;
  // The ten bytes of the header hold a time and a system that have no influence on the content.
  for (let at = 10; at < packed.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const damaged = packed.slice();
      damaged[at] ^= 1 << bit;
      // A few flips say the same content in other words; none may give another content.
      const read = contentOrNull(damaged);
      if (read === null) noticed++;
      else expect(read).toEqual(content);
    }
  }
  expect(noticed).toBeGreaterThan((packed.length - 10) * 7);
  expect(gunzip(packed, "bad-nifti")).toEqual(content);
});

test("a trailer that claims more than deflate can hold is refused before anything is allocated", () => {
  const packed = gzipSync(new Uint8Array(10));
  packed.set([0xff, 0xff, 0xff, 0xff], packed.length - 4);
  expect(() => gunzip(packed, "bad-nrrd")).toThrow("damaged");
});

function contentOrNull(bytes: Uint8Array): Uint8Array | null {
  try {
    return gunzip(bytes, "bad-nifti");
  } catch {
    return null;
  }
}
