/**
 * The directory at the end of a zip archive: without it, and without every byte before it being spoken for, an archive is cut
 * off. Source: PKWARE APPNOTE 6.3.10, sections 4.3.12 to 4.3.16 and 4.5.3 (Zip64). Not here: what the entries hold (entry.ts).
 */
import type { FileHandle } from "node:fs/promises";
import { isClutter } from "#core/clutter.ts";
import { DelineateError } from "#core/errors.ts";
import { damaged, readAt, readPlace, unusual } from "./archive-bytes.ts";

export type ZipEntry = {
  /** As its bytes are: names are compared and searched, never used. */
  readonly name: string;
  readonly flags: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc32: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Of its local header. */
  readonly at: number;
  /** Where the next entry or the directory begins. */
  readonly end: number;
};

type Directory = { readonly count: number; readonly at: number; readonly end: number };

const endBytes = 22;
const longestComment = 0xffff;
const zip64LocatorBytes = 20;
const zip64EndBytes = 56;
const entryBytes = 46;
/** Of a directory: names and comments of more entries than anyone sends. */
const largestDirectory = 2 ** 27;

export const signatures = {
  local: 0x04034b50,
  descriptor: 0x08074b50,
  entry: 0x02014b50,
  end: 0x06054b50,
  zip64End: 0x06064b50,
  zip64Locator: 0x07064b50,
} as const;

/**
 * The entries in the order in which they lie in the archive, which they fill from its first byte to the directory, without gap
 * and overlap. Throws `bad-archive`, `encrypted-archive`, and `too-large` for more than `most` entries.
 */
export async function readDirectory(file: FileHandle, most: number): Promise<ZipEntry[]> {
  const { count, at, end } = await findDirectory(file, (await file.stat()).size);
  if (count > most)
    throw new DelineateError(
      "too-large",
      `A zip archive holds more than ${most} files. Unpack it and choose a part of it.`,
    );
  if (end - at > largestDirectory) throw damaged("its directory is too large");
  const bytes = await readAt(file, at, end - at);
  const entries: Omit<ZipEntry, "end">[] = [];
  let next = 0;
  for (let index = 0; index < count; index++) {
    const { entry, length } = readEntry(bytes.subarray(next));
    entries.push(entry);
    next += length;
  }
  if (next !== bytes.length) throw damaged("its directory has another length than it says");
  checkNames(entries);
  return inOrder(entries, at);
}

async function findDirectory(file: FileHandle, size: number): Promise<Directory> {
  const tail = await readAt(
    file,
    Math.max(0, size - endBytes - longestComment),
    Math.min(size, endBytes + longestComment),
  );
  for (let at = tail.length - endBytes; at >= 0; at--) {
    const record = tail.subarray(at);
    // The archive's comment must reach exactly to its end.
    if (record.readUInt32LE(0) !== signatures.end || record.readUInt16LE(20) !== record.length - endBytes)
      continue;
    return directoryOf(file, record, size - record.length);
  }
  throw damaged("its directory is missing");
}

/** `record`: the end record, which lies at `at`. */
async function directoryOf(file: FileHandle, record: Buffer, at: number): Promise<Directory> {
  const disks = [record.readUInt16LE(4), record.readUInt16LE(6)];
  const counts = [record.readUInt16LE(8), record.readUInt16LE(10)];
  const [bytes, start] = [record.readUInt32LE(12), record.readUInt32LE(16)];
  const locator =
    at >= zip64LocatorBytes ? await readAt(file, at - zip64LocatorBytes, zip64LocatorBytes) : undefined;
  if (locator?.readUInt32LE(0) === signatures.zip64Locator)
    return zip64Directory(file, locator, at - zip64LocatorBytes);
  if (disks.some((disk) => disk !== 0) || counts[0] !== counts[1]) throw severalParts();
  if (start + bytes !== at) throw damaged("its directory is not where it should be");
  return { count: counts[1], at: start, end: at };
}

async function zip64Directory(file: FileHandle, locator: Buffer, locatorAt: number): Promise<Directory> {
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1) throw severalParts();
  const at = readPlace(locator, 8);
  if (at + zip64EndBytes > locatorAt) throw damaged("its directory is not where it should be");
  const record = await readAt(file, at, zip64EndBytes);
  const length = readPlace(record, 4) + 12;
  if (record.readUInt32LE(0) !== signatures.zip64End || at + length !== locatorAt)
    throw damaged("the end of its directory is not as it should be");
  if (record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0) throw severalParts();
  const [onDisk, count] = [readPlace(record, 24), readPlace(record, 32)];
  const [bytes, start] = [readPlace(record, 40), readPlace(record, 48)];
  if (onDisk !== count) throw severalParts();
  if (start + bytes !== at) throw damaged("its directory is not where it should be");
  return { count, at: start, end: at };
}

function readEntry(bytes: Buffer): { entry: Omit<ZipEntry, "end">; length: number } {
  if (bytes.length < entryBytes || bytes.readUInt32LE(0) !== signatures.entry)
    throw damaged("its directory holds fewer entries than it says");
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((at) => bytes.readUInt16LE(at));
  const length = entryBytes + nameBytes + extraBytes + commentBytes;
  if (length > bytes.length) throw damaged("its directory is cut off");
  const name = bytes.toString("latin1", entryBytes, entryBytes + nameBytes);
  const extra = bytes.subarray(entryBytes + nameBytes, entryBytes + nameBytes + extraBytes);
  const large = zip64Values(extra);
  const place = (at: number): number => {
    const value = bytes.readUInt32LE(at);
    return value === 0xffffffff ? (large.shift() ?? value) : value;
  };
  // In the order in which Zip64 gives those that do not fit.
  const [unpacked, packedBytes, at] = [place(24), place(20), place(42)];
  if (bytes.readUInt16LE(34) !== 0) throw severalParts();
  const entry = {
    name,
    flags: bytes.readUInt16LE(8),
    method: bytes.readUInt16LE(10),
    crc32: bytes.readUInt32LE(16),
    packedBytes,
    bytes: unpacked,
    at,
  };
  checkKind(entry, bytes.readUInt16LE(4) >> 8 === unixHost ? bytes.readUInt32LE(38) >>> 16 : 0);
  return { entry, length };
}

/** The numbers of the Zip64 extra field (4.5.3), none if there is none. */
export function zip64Values(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    if (at + 4 + length > extra.length) throw damaged("an entry's extra field is cut off");
    if (id === 1)
      return Array.from({ length: length >> 3 }, (_, index) => readPlace(extra, at + 4 + 8 * index));
    at += 4 + length;
  }
  return [];
}

const unixHost = 3;
const [unixKind, unixLink] = [0o170000, 0o120000];
/** Encrypted, strongly encrypted, with its directory encrypted (4.4.4). */
const encryptedFlags = 0x2041;
const patchFlag = 0x20;

function checkKind({ flags, method }: { flags: number; method: number }, unixMode: number): void {
  if ((flags & encryptedFlags) !== 0 || method === 99)
    throw new DelineateError(
      "encrypted-archive",
      "A zip archive is encrypted, and nothing of it was taken. Unpack it with its password and choose the folder instead.",
    );
  if ((method !== 0 && method !== 8) || (flags & patchFlag) !== 0)
    throw unusual(`is packed in another way than deflate (method ${method})`);
  if ((unixMode & unixKind) === unixLink)
    throw unusual("holds symbolic links, which may lead to what is not in it");
}

/** Two entries of one name are unpacked to one file by most programs; which one is anybody's guess. */
function checkNames(entries: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (name.split(/[\\/]/).includes("..")) throw unusual("names places outside itself");
    if (seen.has(name) && !isClutter(name)) throw unusual("holds two entries of the same name");
    seen.add(name);
  }
}

function inOrder(entries: readonly Omit<ZipEntry, "end">[], directoryAt: number): ZipEntry[] {
  const sorted = [...entries].sort((a, b) => a.at - b.at);
  if ((sorted[0]?.at ?? directoryAt) !== 0) throw damaged("it does not begin with its first entry");
  return sorted.map((entry, index) => ({ ...entry, end: sorted[index + 1]?.at ?? directoryAt }));
}

function severalParts(): DelineateError {
  return unusual("is one of several parts");
}
