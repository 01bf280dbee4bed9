/** Archives byte by byte, in every shape that programs write and in some that only an attacker does: for tests. */
import { crc32, deflateRawSync } from "node:zlib";

export type Entry = {
  readonly name: string;
  readonly content: Uint8Array;
  /** Deflated, else stored. */
  readonly packed: boolean;
  readonly unixMode?: number;
};

export type ZipShape = {
  readonly zip64: boolean;
  /** Sizes and CRC-32 behind the data. */
  readonly descriptor: "none" | "signed" | "unsigned";
  readonly comment: string;
  readonly flags?: number;
  readonly method?: number;
  /** So many bytes fewer than there are. */
  readonly understated?: number;
};

export function writeZip(entries: readonly Entry[], shape: ZipShape): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const push = (part: Buffer): void => {
    parts.push(part);
    at += part.length;
  };
  for (const entry of entries) {
    const packed = entry.packed ? deflateRawSync(entry.content) : Buffer.from(entry.content);
    const later = shape.descriptor !== "none" && !entry.name.endsWith("/");
    const facts: Facts = {
      name: Buffer.from(entry.name, "latin1"),
      flags: (shape.flags ?? 0) | (later ? 8 : 0),
      method: shape.method ?? (entry.packed ? 8 : 0),
      crc: crc32(entry.content),
      packed: packed.length,
      bytes: entry.content.length - Math.min(entry.content.length, shape.understated ?? 0),
    };
    directory.push(centralEntry(facts, at, { zip64: shape.zip64, unixMode: entry.unixMode ?? 0o100644 }));
    push(localHeader(facts, later, shape.zip64));
    push(packed);
    if (later) push(descriptor(facts, shape));
  }
  const start = at;
  for (const part of directory) push(part);
  for (const part of endRecords(entries.length, start, at - start, shape)) push(part);
  return new Uint8Array(Buffer.concat(parts));
}

type Facts = {
  readonly name: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly bytes: number;
};

const saturated = 0xffffffff;

/** `[bytes, value]` one after the other. */
function numbers(...fields: readonly (readonly [1 | 2 | 4 | 8, number])[]): Buffer {
  return Buffer.concat(
    fields.map(([length, value]) => {
      const field = Buffer.alloc(8);
      field.writeBigUInt64LE(BigInt(value));
      return field.subarray(0, length);
    }),
  );
}

function localHeader({ name, flags, method, crc, packed, bytes }: Facts, later: boolean, zip64: boolean) {
  const extra = zip64 ? numbers([2, 1], [2, 16], [8, later ? 0 : bytes], [8, later ? 0 : packed]) : numbers();
  const size = (value: number): number => (zip64 ? saturated : later ? 0 : value);
  return Buffer.concat([
    numbers([4, 0x04034b50], [2, 20], [2, flags], [2, method], [4, 0], [4, later ? 0 : crc]),
    numbers([4, size(packed)], [4, size(bytes)], [2, name.length], [2, extra.length]),
    name,
    extra,
  ]);
}

function descriptor({ crc, packed, bytes }: Facts, { descriptor, zip64 }: ZipShape): Buffer {
  const width = zip64 ? 8 : 4;
  const signature = descriptor === "signed" ? numbers([4, 0x08074b50]) : numbers();
  return Buffer.concat([signature, numbers([4, crc], [width, packed], [width, bytes])]);
}

function centralEntry(
  { name, flags, method, crc, packed, bytes }: Facts,
  at: number,
  { zip64, unixMode }: { readonly zip64: boolean; readonly unixMode: number },
): Buffer {
  const extra = zip64 ? numbers([2, 1], [2, 24], [8, bytes], [8, packed], [8, at]) : numbers();
  const size = (value: number): number => (zip64 ? saturated : value);
  return Buffer.concat([
    numbers([4, 0x02014b50], [1, 45], [1, 3], [2, 20], [2, flags], [2, method], [4, 0], [4, crc]),
    numbers([4, size(packed)], [4, size(bytes)], [2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0]),
    numbers([4, unixMode * 2 ** 16], [4, size(at)]),
    name,
    extra,
  ]);
}

function endRecords(count: number, start: number, length: number, { zip64, comment }: ZipShape): Buffer[] {
  const at = start + length;
  const large = [
    numbers([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count]),
    numbers([8, length], [8, start]),
    numbers([4, 0x07064b50], [4, 0], [8, at], [4, 1]),
  ];
  const size = (value: number, most: number): number => (zip64 ? most : value);
  const end = numbers(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, size(count, 0xffff)],
    [2, size(count, 0xffff)],
    [4, size(length, saturated)],
    [4, size(start, saturated)],
    [2, comment.length],
  );
  return [...(zip64 ? large : []), end, Buffer.from(comment)];
}
