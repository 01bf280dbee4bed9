import { gzipSync } from "fflate";
import { expect, test } from "vitest";
import { joinBytes } from "#core/bytes.ts";
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

test.each([4, 40, 300])("members of %i bytes, one after the other, are one content", (size) => {
  const content = Uint8Array.from({ length: 300 }, (_, at) => (at * 7) % 5);
  const members = pieces(content, size).map((piece) => gzipSync(piece, { mtime: 0 }));
  const packed = joinBytes(members);
  expect(gunzip(packed, "bad-nifti")).toEqual(content);
  for (const zeros of [1, 7, 8, 9, 100, 5000])
    expect(gunzip(joinBytes([packed, new Uint8Array(zeros)]), "bad-nifti")).toEqual(content);
  // A cut between two members is a shorter file of its own; every other one is noticed.
  const ends = new Set(members.map((_, at) => joinBytes(members.slice(0, at + 1)).length));
  for (let cut = 0; cut < packed.length; cut++)
    if (!ends.has(cut)) expect(contentOrNull(packed.subarray(0, cut))?.length ?? 0).toBeLessThan(300);
});

test("what is no member between or behind the members is damage", () => {
  const member = gzipSync(new Uint8Array(50).fill(3));
  for (const junk of [Uint8Array.of(1), Uint8Array.of(0x1f, 0x8b), new Uint8Array(30).fill(9)]) {
    expect(contentOrNull(joinBytes([member, junk]))).toBeNull();
    expect(contentOrNull(joinBytes([member, junk, member]))).toBeNull();
  }
});

function pieces(content: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(content.length / size);
  return Array.from({ length: count }, (_, at) => content.subarray(at * size, (at + 1) * size));
}
