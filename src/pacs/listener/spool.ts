/**
 * Where instances wait until their series is complete: files below the data folder, whole and on the disk before their sender is
 * told so. What is here survives a kill and is taken up at the next start; it goes when the workspace has it. Nothing here is
 * ever overwritten: another content under a UID that is here is set apart.
 *
 *     incoming/   being received; removed at the start
 *     series/     <Series Instance UID>/<SOP Instance UID>.dcm
 *     apart/      the same, with a digest in the name: what came in addition to, or other than, what was taken; what belongs to a
 *                 case, structure sets as well, by the series of its CT
 *     refused/    series that are no volume, and the like; a CT's wait again when more of it comes
 *     unreadable/ structure sets that cannot be read or name no CT, by Study Instance UID, with a digest in the name
 */
import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, readdir, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { fileHeader } from "#dicom/dataset/write-dataset.ts";
import type { IncomingInstance } from "#pacs/dimse/serve-association.ts";
import {
  digestDataSet,
  digestInstance,
  type InstanceIdentity,
  identifyInstance,
} from "#patients/instance-file.ts";
import { undefinedIfMissing } from "#platform/missing.ts";
import { checkSpace } from "#platform/zip/limits.ts";
import { setApartFolders, waitingFolder } from "#workspace/files/set-apart.ts";

export type SpooledFile = { readonly path: string; readonly sopInstanceUid: string };

export type Spool = {
  /** Series of which instances wait. */
  series(): Promise<string[]>;
  filesOf(seriesUid: string): Promise<SpooledFile[]>;
  folderOf(seriesUid: string): string;
  /** On the disk when it resolves, if `accepts` its identity. Undefined where it does not; what was received is removed then. */
  receive(
    instance: IncomingInstance,
    accepts: (identity: InstanceIdentity) => boolean,
  ): Promise<InstanceIdentity | undefined>;
  /** The workspace has it. */
  forget(files: readonly SpooledFile[]): Promise<void>;
  /** Kept, but not as a part of its series. */
  setApart(seriesUid: string, file: SpooledFile, digest: string): Promise<void>;
  /** What was set apart of these instances of the series. */
  apartOf(
    seriesUid: string,
    files: readonly Pick<SpooledFile, "sopInstanceUid">[],
  ): Promise<{ readonly file: SpooledFile; readonly digest: string }[]>;
  /** Whether something of the series was set apart. */
  hasApart(seriesUid: string): Promise<boolean>;
  /** Kept, and not tried again unless more of the series comes. */
  refuse(seriesUid: string, files: readonly SpooledFile[]): Promise<void>;
  /**
   * Of a structure set that cannot be read or names no CT: kept with its study. True if another content of it was set apart meanwhile: that waits
   * in its place.
   */
  refuseSet(seriesUid: string, file: SpooledFile): Promise<boolean>;
  /** What was refused of the series waits again; where another content waits under a UID, what was refused is set apart. */
  takeBack(seriesUid: string): Promise<void>;
};

/** A series is taken once, or a few times if it is sent again meanwhile. */
const mostTries = 1000;
/** No UID: what is in it goes with no study. */
const unknownStudy = "unknown";
/** The records and the contours need room as well. */
const reserveBytes = 2 ** 30;

/** Makes what is missing, and removes what was being received when the last process ended. */
export async function openSpool(root: string): Promise<Spool> {
  const names = [setApartFolders.apart, setApartFolders.refused, setApartFolders.unreadable];
  const [incoming, waiting, apart, refused, unreadable] = ["incoming", waitingFolder, ...names].map((name) =>
    join(root, name),
  );
  await rm(incoming, { recursive: true, force: true });
  for (const folder of [incoming, waiting, apart, refused, unreadable])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  const folderOf = (seriesUid: string): string => join(waiting, seriesUid);

  async function setApart(seriesUid: string, file: SpooledFile, digest: string): Promise<void> {
    await linkByDigest(join(apart, seriesUid), file, digest);
    await rm(file.path);
  }

  const apartOf: Spool["apartOf"] = async (seriesUid, files) => {
    const folder = join(apart, seriesUid);
    const uids = new Set(files.map(({ sopInstanceUid }) => sopInstanceUid));
    return (await namesIn(folder)).flatMap((name) => {
      const [, sopInstanceUid, digest] = /^(.+)\.([0-9a-f]{16})\.dcm$/.exec(name) ?? [];
      if (!uids.has(sopInstanceUid)) return [];
      return [{ file: { path: join(folder, name), sopInstanceUid }, digest }];
    });
  };

  return {
    series: () => readdir(waiting),
    folderOf,
    filesOf: async (seriesUid) =>
      (await namesIn(folderOf(seriesUid))).map((name) => ({
        path: join(folderOf(seriesUid), name),
        sopInstanceUid: name.replace(/\.dcm$/, ""),
      })),
    receive: async (instance, accepts) => {
      await checkSpace(root, 0, reserveBytes);
      const partial = join(incoming, `${randomUUID()}.dcm`);
      try {
        const digest = await writeInstance(partial, instance);
        const identity = await identifyInstance(partial);
        if (!accepts(identity)) return undefined;
        const { seriesInstanceUid, sopInstanceUid } = identity;
        const folder = folderOf(seriesInstanceUid);
        const existingDigest = await placeOrDigest(folder, partial, join(folder, `${sopInstanceUid}.dcm`));
        if (existingDigest !== undefined && existingDigest !== digest)
          await setApart(seriesInstanceUid, { path: partial, sopInstanceUid }, digest);
        // Gone, all of it was taken: it is on the disk there.
        await syncFolder(folder).catch(undefinedIfMissing);
        return identity;
      } finally {
        await rm(partial, { force: true });
      }
    },
    forget: async (files) => {
      for (const { path } of files) await rm(path, { force: true });
      // One that got a new instance meanwhile stays.
      for (const folder of new Set(files.map(({ path }) => join(path, ".."))))
        await rmdir(folder).catch(() => undefined);
    },
    setApart,
    apartOf,
    hasApart: async (seriesUid) => (await namesIn(join(apart, seriesUid))).length > 0,
    refuse: async (seriesUid, files) => {
      await mkdir(join(refused, seriesUid), { recursive: true });
      for (const { path, sopInstanceUid } of files)
        await rename(path, join(refused, seriesUid, `${sopInstanceUid}.dcm`));
      await rmdir(folderOf(seriesUid)).catch(() => undefined);
    },
    refuseSet: async (seriesUid, file) => {
      const { studyInstanceUid, dataSetAt } = await identifyInstance(file.path);
      const digest = await digestDataSet(file.path, dataSetAt);
      await linkByDigest(join(unreadable, studyInstanceUid || unknownStudy), file, digest);
      const [other] = await apartOf(seriesUid, [file]);
      if (other === undefined) await rm(file.path);
      else await rename(other.file.path, file.path);
      await rmdir(folderOf(seriesUid)).catch(() => undefined);
      return other !== undefined;
    },
    takeBack: async (seriesUid) => {
      const [from, folder] = [join(refused, seriesUid), folderOf(seriesUid)];
      for (const name of await namesIn(from)) {
        const path = join(from, name);
        const existingDigest = await placeOrDigest(folder, path, join(folder, name));
        const digest = existingDigest === undefined ? undefined : await digestInstance(path);
        if (digest === undefined || digest === existingDigest) await rm(path);
        else await setApart(seriesUid, { path, sopInstanceUid: name.replace(/\.dcm$/, "") }, digest);
      }
      await rmdir(from).catch(() => undefined);
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** On the disk, not only with the system. Gives the data set's digest. */
async function writeInstance(path: string, instance: IncomingInstance): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(path, "wx", 0o600);
  try {
    await writeAll(file, fileHeader(instance));
    for await (const part of instance.data) {
      hash.update(part);
      await writeAll(file, part);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest("hex");
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

/** Several contents of one instance have names of their own. */
async function linkByDigest(
  folder: string,
  { path, sopInstanceUid }: SpooledFile,
  digest: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await linkUnlessThere(path, join(folder, `${sopInstanceUid}.${digest.slice(0, 16)}.dcm`));
}

/** False where there is a file of this name, which stays. */
async function linkUnlessThere(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === "EEXIST") return false;
      throw cause;
    },
  );
}

/**
 * Places `from` in the folder, or gives the digest of the file that is there. Folder and file may be gone at any moment, since all
 * of the series was taken: then it is placed, and compared with what was taken in its turn.
 */
async function placeOrDigest(folder: string, from: string, to: string): Promise<string | undefined> {
  for (let tries = 0; tries < mostTries; tries++) {
    const isPlaced = await mkdir(folder, { recursive: true })
      .then(() => linkUnlessThere(from, to))
      .catch(undefinedIfMissing);
    if (isPlaced) return undefined;
    const existingDigest =
      isPlaced === false ? await digestInstance(to).catch(undefinedIfMissing) : undefined;
    if (existingDigest !== undefined) return existingDigest;
  }
  throw new Error("the spool's folder is not there");
}

/** A name that only the system knows of is lost in a power cut, the file with it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
