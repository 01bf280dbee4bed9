/**
 * A zip archive written file after file, stored as they are: for images, which the receiver's disk has room for anyway. Without
 * Zip64: at most 4 GB and 65,535 files. Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.16.
 */
import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { DelineateError } from "#core/errors.ts";
import { signatures } from "./central-directory.ts";

const [localBytes, entryBytes, endBytes] = [30, 46, 22];
const [mostBytes, mostFiles] = [0xffffffff, 0xffff];
/** 4.4.3: version 2.0. */
const version = 20;
/** 4.4.4: names are UTF-8. */
const utf8Flag = 0x800;
/** 1 January 1980 in MS-DOS format: when a file was written is nobody's business, and the same files give the same bytes. */
const date = 0x21;

export class ZipWriter implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #directory: Buffer[] = [];
  #at = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** A new file, for its owner alone. Throws the system's errors. */
  static async create(path: string): Promise<ZipWriter> {
    return new ZipWriter(await open(path, "wx", 0o600));
  }

  /** Throws `too-large`. `name` has `/` between its parts. */
  async add(name: string, content: Uint8Array): Promise<void> {
    const nameBytes = Buffer.from(name);
    if (
      this.#at + localBytes + nameBytes.length + content.length > mostBytes ||
      this.#directory.length === mostFiles
    )
      throw new DelineateError(
        "too-large",
        "The files are too many or too large for one zip archive of 4 GB.",
      );
    const facts = factsOf(nameBytes, content);
    const local = Buffer.alloc(localBytes);
    local.writeUInt32LE(signatures.local, 0);
    facts.copy(local, 4);
    const entry = Buffer.alloc(entryBytes);
    entry.writeUInt32LE(signatures.entry, 0);
    entry.writeUInt16LE(version, 4);
    facts.copy(entry, 6);
    entry.writeUInt32LE(this.#at, 42);
    this.#directory.push(Buffer.concat([entry, nameBytes]));
    for (const part of [local, nameBytes, content]) await this.#write(part);
  }

  /** Ends the archive. Throws `too-large`. */
  async finish(): Promise<void> {
    const directory = Buffer.concat(this.#directory);
    if (this.#at + directory.length > mostBytes)
      throw new DelineateError("too-large", "The files are too large for one zip archive of 4 GB.");
    const end = Buffer.alloc(endBytes);
    end.writeUInt32LE(signatures.end, 0);
    end.writeUInt16LE(this.#directory.length, 8);
    end.writeUInt16LE(this.#directory.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(this.#at, 16);
    await this.#write(directory);
    await this.#write(end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) done += (await this.#file.write(bytes, done)).bytesWritten;
    this.#at += bytes.length;
  }
}

/** What a local header and an entry of the directory have in common, from "version needed" to the length of the extra field. */
function factsOf(name: Uint8Array, content: Uint8Array): Buffer {
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(version, 0);
  facts.writeUInt16LE(utf8Flag, 2);
  facts.writeUInt16LE(date, 8);
  facts.writeUInt32LE(crc32(content), 10);
  facts.writeUInt32LE(content.length, 14);
  facts.writeUInt32LE(content.length, 18);
  facts.writeUInt16LE(name.length, 22);
  return facts;
}
