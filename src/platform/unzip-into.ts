/**
 * A zip archive into a folder, streaming, so that an archive may be larger than memory. The archive's own names are not
 * used: its files are numbered, and none can be written elsewhere.
 */
import { createReadStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { Unzip, type UnzipFile, UnzipInflate, UnzipPassThrough } from "fflate";
import { DelineateError } from "#core/errors.ts";

type UnzipLimits = { readonly bytes: number; readonly files: number };

/** What a Mac adds beside each file, and hidden files. */
export function isClutter(path: string): boolean {
  return path.split(/[\\/]/).some((part) => part === "__MACOSX" || /^\.[^.]/.test(part));
}

export async function isZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.readUInt32BE() === 0x504b0304;
  } finally {
    await file.close();
  }
}

/**
 * Number of files written. Throws `too-large` beyond the limits (a zip of a few kilobytes may unfold to terabytes) and
 * `file-unreadable` for a damaged archive, or one that is encrypted or packed in another way than deflate.
 */
export async function unzipInto(archive: string, folder: string, limits: UnzipLimits): Promise<number> {
  await mkdir(folder, { recursive: true });
  let [files, bytes] = [0, 0];
  // Chunks come by callback, faster than a disk may take them: they are written in order between two reads.
  let pending: { readonly name: string; readonly chunk: Uint8Array }[] = [];
  let failure: Error | undefined;

  const unzip = new Unzip((file: UnzipFile) => {
    if (file.name.endsWith("/") || isClutter(file.name)) return;
    if (files === limits.files) throw tooLarge(`more than ${limits.files} files`);
    const name = join(folder, String(++files));
    file.ondata = (error, chunk) => {
      if (error !== null) failure ??= error;
      else pending.push({ name, chunk });
      bytes += chunk?.length ?? 0;
      if (bytes > limits.bytes) failure ??= tooLarge(`more than ${Math.floor(limits.bytes / 2 ** 30)} GB`);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  unzip.register(UnzipPassThrough);

  let current: { name: string; handle: Awaited<ReturnType<typeof open>> } | undefined;
  const drain = async (): Promise<void> => {
    const chunks = pending;
    pending = [];
    for (const { name, chunk } of chunks) {
      if (current?.name !== name) {
        await current?.handle.close();
        current = { name, handle: await open(name, "a") };
      }
      await current.handle.writeFile(chunk);
    }
    if (failure !== undefined) throw failure;
  };

  try {
    for await (const chunk of createReadStream(archive, { highWaterMark: 256 * 1024 })) {
      unzip.push(chunk);
      await drain();
    }
    unzip.push(new Uint8Array(0), true);
    await drain();
  } catch (cause) {
    if (cause instanceof DelineateError) throw cause;
    throw new DelineateError(
      "file-unreadable",
      "A zip archive is damaged, encrypted or packed in an unusual way. Unpack it and choose the folder instead.",
      { cause },
    );
  } finally {
    await current?.handle.close();
  }
  return files;
}

function tooLarge(what: string): DelineateError {
  return new DelineateError("too-large", `A zip archive holds ${what}. Unpack it and choose a part of it.`);
}
