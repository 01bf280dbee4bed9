/** A part of an archive's files, on a worker thread: what each is, by its header. */
import { DelineateError } from "#core/errors.ts";
import { type ObjectSummary, summariseObject } from "#dicom/dataset/summarise-object.ts";
import { readDicomHeader } from "#patients/read-dicom-header.ts";
import { isSystemError } from "#patients/scan-folder.ts";
import { answerTasks } from "#platform/worker-task.ts";

export type FilesAnswer = {
  readonly objects: readonly ObjectSummary[];
  /** DICOM files that cannot be read: path and reason. */
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
  /** Files that are no DICOM. */
  readonly others: number;
  readonly files: number;
};

/** Files in flight at a time: a disk and the system's own threads are kept busy while headers are parsed. */
const inFlight = 8;

async function summariseFiles(paths: readonly string[]): Promise<FilesAnswer> {
  const objects: ObjectSummary[] = [];
  const damaged: { path: string; reason: string }[] = [];
  let others = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < paths.length) {
      const path = paths[next++];
      try {
        objects.push(summariseObject((await readDicomHeader(path)).dataSet, path));
      } catch (error) {
        if (error instanceof DelineateError && error.code === "not-dicom") others++;
        else if (error instanceof DelineateError) damaged.push({ path, reason: error.code });
        else if (isSystemError(error)) damaged.push({ path, reason: "file-unreadable" });
        else throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return { objects, damaged, others, files: paths.length };
}

answerTasks(summariseFiles);
