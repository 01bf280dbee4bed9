/** Every DICOM file below a folder, at any depth, whatever else lies there: headers read, the rest named or counted. */
import { begunAhead } from "#core/begun-ahead.ts";
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
  /** Paths of files that are no DICOM at all. */
  readonly otherFiles: readonly string[];
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

/** Read ahead of the one that is taken: on a network's disk a file waits longer than its header takes. */
const readAhead = 8;

async function readHeaders(
  paths: readonly string[],
  take: (file: ScannedFile) => void,
  { progress, signal }: ScanOptions,
): Promise<Omit<FolderScan, "files">> {
  const findings: Finding[] = [];
  const otherFiles: string[] = [];
  let done = 0;
  for await (const { file, findings: fileFindings } of begunAhead(paths, readAhead, scanFile)) {
    if (signal?.aborted) throw new DelineateError("cancelled", "The scan was interrupted.");
    if (file !== undefined) take(file);
    else if (fileFindings.length === 0) otherFiles.push(paths[done]);
    findings.push(...fileFindings);
    progress?.report("reading headers", ++done, paths.length);
  }
  return { findings, otherFiles };
}

const nameWithoutContent =
  "The file is called .dcm and is no DICOM: it may have been a slice whose copy broke off. Export or copy it again, or remove it.";

const notUnpacked = "The file is an archive, which is not looked into: unpack it first.";

/**
 * No file and one finding for a damaged or unreadable one, for one that its name alone calls DICOM, and for an archive; neither for
 * what else is no DICOM.
 */
async function scanFile(
  path: string,
): Promise<{ readonly file?: ScannedFile; readonly findings: readonly Finding[] }> {
  try {
    const { dataSet, transferSyntaxUid, findings } = await readDicomHeader(path);
    return { file: { path, header: dataSet, transferSyntaxUid }, findings };
  } catch (error) {
    if (error instanceof DelineateError) {
      if (error.code !== "not-dicom")
        return { findings: [finding("warning", error.code, error.message, path)] };
      // What a copy that broke off leaves of a slice may be an empty file, or one of zeros.
      if (/\.dcm$/i.test(path))
        return { findings: [finding("warning", error.code, nameWithoutContent, path)] };
      if (/\.(zip|7z|rar|tar|tgz|tar\.gz)$/i.test(path))
        return { findings: [finding("warning", "archive", notUnpacked, path)] };
      return { findings: [] };
    }
    if (isSystemError(error))
      return {
        findings: [finding("warning", "file-unreadable", `The file cannot be read (${error.code}).`, path)],
      };
    throw error;
  }
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}
