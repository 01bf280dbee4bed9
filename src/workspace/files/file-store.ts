/**
 * Where the files of all cases are kept: in a folder that all machines share (shared-folder.ts), or in an object store
 * (object-store.ts). What computes knows neither: it reads and writes below a folder of its machine. Files are staged into that
 * before work begins; what work has written is taken, and counts once the transaction that names it is committed. A file that
 * counts never changes, and goes with its case alone.
 */
import { DelineateError } from "#core/errors.ts";
import type { Db } from "#workspace/records/database.ts";

/** What work has written: whole, and as safe as the store makes it. */
export type Taken = {
  /** Within the transaction that records what the files are. Run twice, as a transaction is that is tried again, it is as run once. */
  record(db: Db): Promise<void>;
  /** After that transaction: they need not be staged on this machine any more. */
  settle(): Promise<void>;
};

/** A file of a case: its path below the case's folder, with `/`, and the SHA-256 of its bytes in hexadecimal digits. */
export type StoredFile = { readonly path: string; readonly sha256: string };

export type FileStore = {
  /** How messages call it. */
  readonly name: string;
  /** Folder of this machine with a folder for each case, laid out as records/case-folder.ts says. */
  readonly cases: string;
  /** The id of the workspace that it belongs to (store/identify.ts); undefined for none. */
  readId(): Promise<string | undefined>;
  writeId(id: string): Promise<void>;
  /** No case ever had a file here. */
  isEmpty(): Promise<boolean>;
  /** Throws `files-unavailable` while it cannot be reached. */
  check(): Promise<void>;
  /**
   * Has files of a case in its folder on this machine, whole: `paths` are files or folders there. Those that the case does not
   * have are left out. Throws `files-unavailable`, and `file-changed` for one that was lost or is no longer what was taken.
   */
  stage(caseId: string, ...paths: readonly string[]): Promise<void>;
  /** Names of files directly in a folder below the case's, whether they are staged or not; `within` a transaction, as it sees them. */
  namesIn(caseId: string, folder: string, within?: Db): Promise<string[]>;
  /** All files below the folder `from`, which is laid out as a case's. Throws `files-unavailable`; then none of them counts. */
  take(caseId: string, from: string): Promise<Taken>;
  /** All files of a case, also those that never counted. Throws `files-unavailable`. */
  remove(caseId: string): Promise<void>;
  /** Copies all files of a case that count below the folder `to`; gives them with the paths that they have there. */
  copyOut(caseId: string, to: string): Promise<StoredFile[]>;
  /**
   * Puts copies back, each compared with its digest. They count when the function that it gives has run within a transaction.
   * Throws `file-changed` for one that is missing or another by now.
   */
  copyIn(caseId: string, from: string, files: readonly StoredFile[]): Promise<(db: Db) => Promise<void>>;
  /** What the workspace takes: the data folder and what is kept elsewhere. Copies that may go at any time do not count. */
  usedBytes(): Promise<number>;
  close(): Promise<void>;
};

/** Whether it passes by itself once the store can be reached again. */
export function isAway(error: unknown): boolean {
  return error instanceof DelineateError && error.code === "files-unavailable";
}
