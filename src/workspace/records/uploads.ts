/** Files on their way in: an upload is a folder of numbered or hashed names until it is finished (import-cases.ts). */
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isClutter } from "#core/clutter.ts";
import { codeOf, DelineateError } from "#core/errors.ts";
import { exists } from "#platform/missing.ts";
import { checkSpace } from "#platform/zip/limits.ts";
import { reserveBytes } from "#workspace/work/upload/unpack-upload.ts";
import type { Workspace } from "#workspace/workspace.ts";

/** Behind the name of an upload that is finished and being read. */
const takenEnding = ".taken";
/** Beyond any CT with its structure sets. */
const largestFileBytes = 8 * 2 ** 30;

/** An upload that nothing came to for so long is nobody's any more: its page was closed. */
const abandonedAfterMs = 24 * 3600 * 1000;

export async function beginUpload({ uploads, wire }: Workspace): Promise<string> {
  for (const name of await readdir(uploads)) {
    const { mtimeMs } = await stat(join(uploads, name, "files")).catch(() => ({ mtimeMs: Date.now() }));
    if (!name.endsWith(takenEnding) && Date.now() - mtimeMs > abandonedAfterMs)
      await rm(join(uploads, name), { recursive: true, force: true });
  }
  const uploadId = randomUUID();
  await mkdir(join(uploads, uploadId, "files"), { recursive: true });
  // Who misses it is only later: that it cannot be told is no reason against an upload.
  wire.tell({ kind: "coming" }).catch(() => undefined);
  return uploadId;
}

/** The upload's folder, from now on only the caller's: an upload is finished once. Throws `not-found`. */
export async function takeUpload(workspace: Workspace, uploadId: string): Promise<string> {
  const folder = await uploadFolder(workspace, uploadId);
  await rename(folder, folder + takenEnding);
  return folder + takenEnding;
}

/** Removes what was sent. Throws `not-found`. */
export async function abandonUpload(workspace: Workspace, uploadId: string): Promise<void> {
  await rm(await takeUpload(workspace, uploadId), { recursive: true, force: true });
}

/** Throws `not-found`. */
async function uploadFolder({ uploads }: Workspace, uploadId: string): Promise<string> {
  const folder = join(uploads, uploadId);
  if (!/^[0-9a-f-]{36}$/.test(uploadId) || !(await exists(folder)))
    throw new DelineateError(
      "not-found",
      "There is no such upload; it may be finished already. Begin again.",
    );
  return folder;
}

type IncomingFile = {
  readonly path: string;
  readonly content: Readable;
  /** As the sender says; 0 if it does not. */
  readonly announcedBytes: number;
};

/**
 * One file of an upload, streamed. `path` is only what tells it from the others: the same one sent twice replaces itself,
 * and no part of it becomes a name on this disk. Throws `not-found`, `usage`, `too-large`, `disk-full` and `quota-reached`.
 */
export async function receiveFile(
  workspace: Workspace,
  uploadId: string,
  { path, content, announcedBytes }: IncomingFile,
  limitBytes = largestFileBytes,
): Promise<void> {
  const folder = await uploadFolder(workspace, uploadId);
  if (path === "" || path.length > 4096)
    throw new DelineateError("usage", "A file of an upload needs its path, of at most 4096 characters.");
  if (isClutter(path)) {
    content.resume();
    return;
  }
  await checkSpace(folder, announcedBytes, reserveBytes);
  await workspace.quota.admit(announcedBytes);
  const place = join(folder, "files", createHash("sha256").update(path).digest("hex").slice(0, 32));
  const partial = join(folder, `${randomUUID()}.partial`);
  let bytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= limitBytes) done(null, chunk);
      else done(new DelineateError("too-large", "A file is too large to be taken."));
    },
  });
  try {
    await pipeline(content, limit, createWriteStream(partial));
    await rename(partial, place);
  } catch (error) {
    await rm(partial, { force: true });
    throw explain(error);
  }
}

function explain(error: unknown): unknown {
  const code = codeOf(error);
  if (code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ECONNRESET")
    return new DelineateError("cancelled", "The upload was broken off.", { cause: error });
  if (code === "ENOSPC")
    return new DelineateError("disk-full", "The disk is full. Make room and try again.", { cause: error });
  return error;
}
