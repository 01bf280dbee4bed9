import { crc32 as zlibCrc32 } from "node:zlib";
import { expect, test } from "vitest";
import { crc32 } from "./crc32.ts";

test("the check value of the catalogue, of nothing, and zlib's of every byte", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  expect(crc32([])).toBe(0);
  expect(crc32(bytes)).toBe(zlibCrc32(bytes));
});
