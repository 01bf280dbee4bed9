/** The files of all cases in the data folder, which all machines share: nothing needs to be staged, what counts is moved there. */
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DelineateError } from "#core/errors.ts";
import { folderBytes } from "#platform/folder-size.ts";
import { isMissing, unreadable } from "#platform/missing.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { copyFolder, putBack } from "./copy-files.ts";
import type { FileStore } from "./file-store.ts";
import { publish } from "./publish.ts";

/** Of the workspace's id. */
const idFile = "workspace-id";

export function openSharedFolder(folder: string): FileStore {
  const cases = join(folder, "cases");
  return {
    name: folder,
    cases,
    readId: async () => {
      const path = join(folder, idFile);
      const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
        // One that may not be read is none of another workspace.
        if (!isMissing(cause)) throw unreadable(path, cause);
      });
      return text?.trim();
    },
    writeId: (id) => writeFileAtomic(join(folder, idFile), id, { force: true }),
    isEmpty: async () => (await readdir(cases).catch(() => [])).length === 0,
    check: async () => {
      await stat(join(folder, idFile)).catch((cause: unknown) => {
        throw new DelineateError(
          "files-unavailable",
          `${folder} cannot be reached just now: is the shared folder mounted? What was saved is safe; try again in a moment.`,
          { cause },
        );
      });
    },
    stage: async () => undefined,
    namesIn: (_, place) => readdir(place).catch(() => []),
    take: async (caseId, from) => ({
      record: () => publish(from, join(cases, caseId)),
      settle: async () => undefined,
    }),
    remove: (caseId) => rm(join(cases, caseId), { recursive: true, force: true }),
    copyOut: (caseId, to) => copyFolder(join(cases, caseId), to),
    copyIn: async (caseId, from, files) => {
      for (const file of files) await putBack(from, join(cases, caseId), file);
      return async () => undefined;
    },
    usedBytes: () => folderBytes(folder),
    close: async () => undefined,
  };
}
