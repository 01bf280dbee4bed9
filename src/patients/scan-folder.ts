/** Every DICOM file below a folder, at any depth, whatever else lies there: headers read, the rest named or counted. */
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import type { Progress } from "#core/progress.ts";
import type { DataSet } from "#dicom/dataset/dataset.ts";
import { listFiles } from "#platform/list-folder.ts";
import { readDicomHeader } from "./read-dicom-header.ts";

export type ScannedFile = {
  readonly path: string;
  readonly header: DataSet;
  readonly transferSyntaxUid: string;
};
export type FolderScan = {
  readonly files: readonly ScannedFile[];
  /** Damaged DICOM files, and links and folders that could not be followed or read, by name. */
  readonly findings: readonly Finding[];
  /** Files that are no DICOM at all. */
  readonly otherFiles: number;
};

type ScanOptions = { readonly progress?: Progress; readonly signal?: AbortSignal };

/** `path` may be a single file. Throws `file-not-found`; a damaged file is a finding and not the end of the scan. */
export async function scanFolder(path: string, options: ScanOptions = {}): Promise<FolderScan> {
  const files: ScannedFile[] = [];
  return { files, ...(await scanEach(path, (file) => files.push(file), options)) };
}

/**
 * The same, one file after the other, without keeping them: a header takes some 40 KB, and an archive has 200,000 files. Those
 * that are no DICOM or damaged are not among them.
 */
export async function scanEach(
  path: string,
  take: (file: ScannedFile) => void,
  options: ScanOptions = {},
): Promise<Omit<FolderScan, "files">> {
  const listing = await listFiles(path);
  const { findings, otherFiles } = await readHeaders(listing.files, take, options);
  return { findings: [...listing.findings, ...findings], otherFiles };
}

/** All of them, of files that are known already. */
export async function scanFiles(paths: readonly string[], options: ScanOptions = {}): Promise<FolderScan> {
  const files: ScannedFile[] = [];
  return { files, ...(await readHeaders(paths, (file) => files.push(file), options)) };
}

async function readHeaders(
  paths: readonly string[],
  take: (file: ScannedFile) => void,
  options: ScanOptions,
): Promise<Omit<FolderScan, "files">> {
  const findings: Finding[] = [];
  let otherFiles = 0;
  for (const [index, file] of paths.entries()) {
    if (options.signal?.aborted) throw new DelineateError("cancelled", "The scan was interrupted.");
    try {
      const { dataSet, transferSyntaxUid, findings: own } = await readDicomHeader(file);
      take({ path: file, header: dataSet, transferSyntaxUid });
      findings.push(...own);
    } catch (error) {
      if (error instanceof DelineateError && error.code === "not-dicom") otherFiles++;
      else if (error instanceof DelineateError)
        findings.push(finding("warning", error.code, error.message, file));
      else if (isSystemError(error))
        findings.push(
          finding("warning", "file-unreadable", `The file cannot be read (${error.code}).`, file),
        );
      else throw error;
    }
    options.progress?.report("reading headers", index + 1, paths.length);
  }
  return { findings, otherFiles };
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}
