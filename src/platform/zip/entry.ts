/**
 * One entry of a zip archive: its local header and its data descriptor must say what the directory says, what is unpacked must
 * have the length and the CRC-32 that it was packed with. Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 to 4.3.9.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, writeFile } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";
import { damaged, readAt, readPlace } from "./archive-bytes.ts";
import { signatures, type ZipEntry, zip64Values } from "./central-directory.ts";

const headerBytes = 30;
/** Sizes and CRC-32 follow the data (4.4.4). */
const descriptorFlag = 8;
/** With and without signature, sizes of 4 or 8 bytes. */
const descriptorLengths = [12, 16, 20, 24];

/** Where the entry's data begin. Throws `bad-archive` where the archive disagrees with its directory. */
export async function checkHeader(file: FileHandle, entry: ZipEntry): Promise<number> {
  const header = await readAt(file, entry.at, headerBytes);
  if (header.readUInt32LE(0) !== signatures.local) throw damaged("an entry is not where its directory says");
  const [nameBytes, extraBytes] = [header.readUInt16LE(26), header.readUInt16LE(28)];
  const names = await readAt(file, entry.at + headerBytes, nameBytes + extraBytes);
  const start = entry.at + headerBytes + nameBytes + extraBytes;
  const later = (entry.flags & descriptorFlag) !== 0;
  const large = zip64Values(names.subarray(nameBytes));
  const size = (at: number): number => {
    const value = header.readUInt32LE(at);
    return value === 0xffffffff ? (large.shift() ?? value) : value;
  };
  const [bytes, packedBytes, crc] = [size(22), size(18), header.readUInt32LE(14)];
  const agrees = (said: number, known: number): boolean =>
    said === known || (later && (said === 0 || said === 0xffffffff));
  const same =
    header.readUInt16LE(6) === entry.flags &&
    header.readUInt16LE(8) === entry.method &&
    names.toString("latin1", 0, nameBytes) === entry.name &&
    agrees(bytes, entry.bytes) &&
    agrees(packedBytes, entry.packedBytes) &&
    agrees(crc, entry.crc32);
  if (!same) throw damaged("an entry is not what its directory says");
  await checkEnd(file, entry, start + entry.packedBytes, later);
  return start;
}

/** The data, and the descriptor where there is one, end where the next entry begins. */
async function checkEnd(file: FileHandle, entry: ZipEntry, at: number, later: boolean): Promise<void> {
  const left = entry.end - at;
  if (left === 0 && !later) return;
  if (!later || !descriptorLengths.includes(left)) throw damaged("its entries do not fill it");
  const bytes = await readAt(file, at, left);
  const signed = left % 8 === 0;
  const values = bytes.subarray(signed ? 4 : 0);
  const wide = values.length === 20;
  const sizes = wide
    ? [readPlace(values, 4), readPlace(values, 12)]
    : [values.readUInt32LE(4), values.readUInt32LE(8)];
  const same =
    (!signed || bytes.readUInt32LE(0) === signatures.descriptor) &&
    values.readUInt32LE(0) === entry.crc32 &&
    sizes[0] === entry.packedBytes &&
    sizes[1] === entry.bytes;
  if (!same) throw damaged("an entry is not what its directory says");
}

/** Unpacks the data that begin at `start` to the new file `target`. Throws `bad-archive`. */
export async function unpackEntry(
  archive: string,
  entry: ZipEntry,
  start: number,
  target: string,
): Promise<void> {
  let [bytes, crc] = [0, 0];
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      crc = crc32(chunk, crc);
      // More than was said: not one chunk of it goes to the disk.
      if (bytes > entry.bytes) done(damaged("an entry is longer than it says"));
      else done(null, chunk);
    },
  });
  if (entry.packedBytes === 0) await writeFile(target, "", { flag: "wx", mode: 0o600 });
  else {
    const input = createReadStream(archive, { start, end: start + entry.packedBytes - 1 });
    const output = createWriteStream(target, { flags: "wx", mode: 0o600 });
    if (entry.method === 0) await pipeline(input, check, output);
    else {
      const inflate = createInflateRaw();
      await pipeline(input, inflate, check, output);
      if (inflate.bytesWritten !== entry.packedBytes) throw damaged("an entry is shorter than it says");
    }
  }
  if (bytes !== entry.bytes || crc !== entry.crc32) throw damaged("an entry's checksum is another one");
}
