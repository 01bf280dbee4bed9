/**
 * From the files of an upload to cases: archives unpacked, headers read, one case for each CT series with the structure sets
 * that refer to it, each queued to be read and contoured. Pixels are not read here, so that the answer is quick. What cannot
 * be taken is said in a sentence, without a name.
 */
import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CaseSummary } from "#contract/workspace/case.ts";
import { DelineateError } from "#core/errors.ts";
import { type CtSeries, groupSeries } from "#dicom/ct/assemble-ct.ts";
import type { CtFrame } from "#dicom/ct/ct-frames.ts";
import { stackSlices } from "#dicom/ct/stack-slices.ts";
import { type ObjectSummary, summariseObject } from "#dicom/dataset/summarise-object.ts";
import { ctOfSet } from "#dicom/rtstruct/ct-of-set.ts";
import { createGrid } from "#geometry/grid.ts";
import { decodeName, decodeText } from "#patients/decode-text.ts";
import { ctFramesOf } from "#patients/read-ct-folder.ts";
import { type FolderScan, scanFolder } from "#patients/scan-folder.ts";
import { isZip, unzipInto } from "#platform/unzip-into.ts";
import { announce, setState } from "#workspace/records/cases.ts";
import { shippedModelId } from "#workspace/records/models.ts";
import { type PlainGrid, plainGrid } from "#workspace/reviews/plain-grid.ts";
import type { Workspace } from "#workspace/workspace.ts";

/** Of one archive, unpacked. */
const archiveLimits = { bytes: 32 * 2 ** 30, files: 100_000 };

type ImportResult = { readonly cases: CaseSummary[]; readonly problems: string[] };

/** Takes all that is below `folder`; its files are moved away, what is left of it is removed. */
export async function importFolder(
  workspace: Workspace,
  folder: string,
  { sample = false }: { readonly sample?: boolean } = {},
): Promise<ImportResult> {
  const problems: string[] = [];
  await unpackArchives(folder, problems);
  const scan = await scanFolder(folder);
  const { frames } = ctFramesOf(scan);
  const allSeries = groupSeries(withoutCopies(frames));
  const maskFiles = maskFilesOf(scan);
  const cases: CaseSummary[] = [];
  for (const series of allSeries) {
    if (series.frames.length < 2) {
      problems.push("A CT series of a single image was left out: a volume needs at least two.");
      continue;
    }
    const own = maskFiles.filter((file) => ctOfSet(file, allSeries).ct === series);
    const caseId = await createCase(workspace, folder, { series, maskFiles: own, sample });
    if (caseId === undefined)
      problems.push("A CT series is on the worklist already and was not taken a second time.");
    else cases.push(await announce(workspace, caseId));
  }
  if (scan.findings.length > 0)
    problems.push(`${count(scan.findings.length, "damaged file was", "damaged files were")} left out.`);
  // Also of CTs that were on the worklist before, whether they came again or not.
  const { matched, added } = await addToKnownCases(workspace, maskFiles, new Set(cases.map(({ id }) => id)));
  if (added > 0)
    problems.push(
      `${count(added, "structure set was", "structure sets were")} added to a CT that is on the worklist already.`,
    );
  if (allSeries.length === 0 && matched.size === 0)
    problems.push("There is no CT in these files. Choose the folder of a CT series.");
  const lost = maskFiles.filter((file) => !matched.has(file) && ctOfSet(file, allSeries).ct === undefined);
  if (lost.length > 0)
    problems.push(
      `${count(lost.length, "structure set that belongs to no single CT here was", "structure sets that belong to no single CT here were")} left out.`,
    );
  await rm(folder, { recursive: true, force: true });
  return { cases, problems };
}

async function unpackArchives(folder: string, problems: string[]): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if (!(await isZip(path))) continue;
    try {
      await unzipInto(path, `${path}.unpacked`, archiveLimits);
    } catch (error) {
      if (!(error instanceof DelineateError)) throw error;
      problems.push(error.message);
    }
    await rm(path);
  }
}

/** A slice that was sent twice, in a folder and in an archive of it, is one slice. */
function withoutCopies(frames: readonly CtFrame[]): CtFrame[] {
  const seen = new Set<string>();
  return frames.filter(({ sopInstanceUid, frame }) => {
    const key = `${sopInstanceUid} ${frame}`;
    return !seen.has(key) && seen.add(key);
  });
}

function maskFilesOf(scan: FolderScan): ObjectSummary[] {
  return scan.files
    .map(({ header, path }) => summariseObject(header, path))
    .filter(({ kind }) => kind === "rtstruct" || kind === "seg");
}

type NewCase = {
  readonly series: CtSeries;
  /** Those that refer to the series. */
  readonly maskFiles: readonly ObjectSummary[];
  readonly sample: boolean;
};

/** Moves the CT's files to a folder of the new case. Undefined if the series is there already. */
async function createCase(
  workspace: Workspace,
  staging: string,
  { series, maskFiles, sample }: NewCase,
): Promise<string | undefined> {
  const caseId = randomUUID();
  const { db, transact, queue } = workspace;
  const seriesUid = series.seriesInstanceUid;
  const known = await db
    .selectFrom("cases")
    .select("id")
    .where("series_uid", "=", seriesUid)
    .executeTakeFirst();
  if (known !== undefined) return undefined;
  const { header } = series.frames[0];
  const staged = join(staging, caseId);
  for (const name of ["dicom", "mask-files"]) await mkdir(join(staged, name), { recursive: true });
  const files = [...new Set(series.frames.map(({ file }) => file))];
  const { grid, failure } = geometryOf(series.frames, files);
  for (const [at, file] of files.entries()) await rename(file, join(staged, "dicom", numbered(at)));
  for (const { path } of maskFiles) await copyMaskFile(path, join(staged, "mask-files"));
  await rename(staged, workspace.folderOf(caseId).root);
  const now = new Date();
  const created = await transact(async (within) => {
    const inserted = await within
      .insertInto("cases")
      .values({
        id: caseId,
        series_uid: seriesUid,
        state: "received",
        failure: null,
        patient_name: decodeName(header, "00100010"),
        patient_id: decodeText(header, "00100020"),
        study_date: decodeText(header, "00080020").replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"),
        series_description: decodeText(header, "0008103E"),
        grid: JSON.stringify(grid),
        ct_ready: false,
        findings: "[]",
        gtv_cc: null,
        sample,
        received_at: now,
        changed_at: now,
      })
      .onConflict((conflict) => conflict.column("series_uid").doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows !== 1n) return false;
    if (failure === undefined) await queue.add(within, "prepare", { caseId, modelId: shippedModelId });
    else await setState(within, caseId, "failed", { failure });
    return true;
  });
  if (created) return caseId;
  await rm(workspace.folderOf(caseId).root, { recursive: true, force: true });
  return undefined;
}

/** By its content: the same one is there once, however often it comes. False if it was there. */
async function copyMaskFile(path: string, folder: string): Promise<boolean> {
  const digest = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  const place = join(folder, `${digest.slice(0, 32)}.dcm`);
  await mkdir(folder, { recursive: true });
  return copyFile(path, place, constants.COPYFILE_EXCL).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === "EEXIST") return false;
      throw cause;
    },
  );
}

/**
 * Structure sets that refer to a series of a case that is not among `fresh`, and how many of them were new to it: those
 * are queued.
 */
async function addToKnownCases(
  { db, transact, queue, folderOf }: Workspace,
  maskFiles: readonly ObjectSummary[],
  fresh: ReadonlySet<string>,
): Promise<{ readonly matched: ReadonlySet<ObjectSummary>; readonly added: number }> {
  const matched = new Set<ObjectSummary>();
  let added = 0;
  for (const file of maskFiles) {
    if (file.referencedSeries.length === 0) continue;
    const rows = db.selectFrom("cases").select("id").where("series_uid", "in", file.referencedSeries);
    for (const { id: caseId } of await rows.execute()) {
      if (fresh.has(caseId)) continue;
      matched.add(file);
      if (!(await copyMaskFile(file.path, folderOf(caseId).maskFiles))) continue;
      added++;
      await transact((within) => queue.add(within, "masks", { caseId, modelId: shippedModelId }));
    }
  }
  return { matched, added };
}

function numbered(at: number): string {
  return `${String(at + 1).padStart(5, "0")}.dcm`;
}

/** The grid by the headers; of a series that is none, what its first image says, and why it is none. */
function geometryOf(
  frames: readonly CtFrame[],
  files: readonly string[],
): { readonly grid: PlainGrid; readonly failure?: string } {
  // Messages name an image as the case will; the names it came with may say who the patient is.
  const named = frames.map((frame) => ({ ...frame, file: `image ${numbered(files.indexOf(frame.file))}` }));
  try {
    return { grid: plainGrid(stackSlices(named).grid) };
  } catch (error) {
    if (!(error instanceof DelineateError)) throw error;
    const { columns, rows, pixelSpacingMm, position } = frames[0];
    const grid = createGrid(
      [columns, rows, frames.length],
      [pixelSpacingMm[1], pixelSpacingMm[0], 0],
      position,
    );
    return { grid: plainGrid(grid), failure: error.message };
  }
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
