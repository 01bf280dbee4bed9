/**
 * A zip archive into a folder, all of it or nothing. The archive's own names are not used: its files are numbered, and none can
 * be written elsewhere.
 */
import { mkdir, open, rm } from "node:fs/promises";
import { runInWorkers } from "#platform/worker-pool.ts";
import { signatures } from "./central-directory.ts";
import type { UnzipAnswer, UnzipTask } from "./extract-archive.ts";
import type { UnzipLimits } from "./limits.ts";

/** By its first bytes or, since those may be damaged, by the record at its end. */
export async function isZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const starts: number[] = [signatures.local, signatures.end, signatures.descriptor];
    return (
      starts.includes(await numberAt(file, 0)) ||
      (size >= 22 && (await numberAt(file, size - 22)) === signatures.end)
    );
  } finally {
    await file.close();
  }
}

async function numberAt(file: Awaited<ReturnType<typeof open>>, at: number): Promise<number> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, at);
  return bytesRead === 4 ? buffer.readUInt32LE() : 0;
}

/**
 * Unpacks to the new folder `folder`; there is none if it throws. Throws `bad-archive` for an archive that is damaged, cut off
 * or packed in an unusual way, `encrypted-archive`, and `too-large` and `disk-full` beyond the limits.
 */
export async function unzipInto(archive: string, folder: string, limits: UnzipLimits): Promise<UnzipAnswer> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const task: UnzipTask = { archive, folder, limits };
    const [answer] = await runInWorkers<UnzipTask, UnzipAnswer>(
      new URL("./unzip.worker.ts", import.meta.url),
      [task],
      { workers: 1 },
    );
    return answer;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
