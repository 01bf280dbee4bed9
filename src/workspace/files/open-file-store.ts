/** Opens the files of a workspace wherever they are: in its folder, or in an object store. */
import type { Db } from "#workspace/records/database.ts";
import type { FileStore } from "./file-store.ts";
import { readS3Address } from "./s3-address.ts";

type StoreOptions = {
  /** The data folder. */
  readonly folder: string;
  /** `s3://bucket/prefix`; without it files are in the data folder. */
  readonly address?: string | undefined;
  readonly db: Db;
  readonly onFault: (error: unknown) => void;
};

/** Throws `usage` for an address or an environment that cannot be used. Nothing is asked of a store yet. */
export async function openFileStore({ folder, address, db, onFault }: StoreOptions): Promise<FileStore> {
  if (address === undefined) return (await import("./shared-folder.ts")).openSharedFolder(folder);
  const { openObjectStore } = await import("./object-store.ts");
  return openObjectStore(readS3Address(address, process.env), { folder, db, onFault });
}
