/**
 * From the files of an upload to cases: archives unpacked, headers read, one case for each CT series with the structure sets
 * that refer to it, each queued to be read and contoured. Pixels are not read here, so that the answer is quick. What cannot
 * be taken is said in a sentence, without a name.
 */
import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CaseSummary } from "#contract/workspace/case.ts";
import { DelineateError } from "#core/errors.ts";
import { type CtSeries, groupSeries } from "#dicom/ct/assemble-ct.ts";
import type { CtFrame } from "#dicom/ct/ct-frames.ts";
import { stackSlices } from "#dicom/ct/stack-slices.ts";
import { type ObjectSummary, summariseObject } from "#dicom/dataset/summarise-object.ts";
import { ctOfSet } from "#dicom/rtstruct/ct-of-set.ts";
import { createGrid } from "#geometry/grid.ts";
import { ctFramesOf } from "#patients/read-ct-folder.ts";
import { type FolderScan, scanFolder } from "#patients/scan-folder.ts";
import { announce, setState } from "#workspace/records/cases.ts";
import { describePatient } from "#workspace/records/describe-patient.ts";
import { shippedModelId } from "#workspace/records/models.ts";
import { type PlainGrid, plainGrid } from "#workspace/reviews/plain-grid.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { leftOutOf, nameOfSet } from "./account-of-upload.ts";
import { unpackArchives } from "./unpack-upload.ts";

type ImportResult = {
  readonly cases: CaseSummary[];
  /** Structure sets that joined their CT. */
  readonly taken: string[];
  /** What was left out, every kind of it. */
  readonly problems: string[];
};

/** Takes all that is below `folder`; its files are moved away, what is left of it is removed, also if it fails. */
export async function importFolder(
  workspace: Workspace,
  folder: string,
  options: { readonly sample?: boolean } = {},
): Promise<ImportResult> {
  try {
    return await takeFolder(workspace, folder, options.sample ?? false);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeFolder(workspace: Workspace, folder: string, sample: boolean): Promise<ImportResult> {
  const refused = await unpackArchives(folder);
  const scan = await scanFolder(folder);
  const leftOut = leftOutOf(scan);
  const { alone, ambiguous } = await withoutCopies(ctFramesOf(scan).frames);
  const allSeries = groupSeries(alone);
  const maskFiles = maskFilesOf(scan);
  const cases: CaseSummary[] = [];
  const problems = [...refused, ...leftOut.sentences];
  // What came with a CT and could not be read may be slices of it: that stays with the case, not only with the upload.
  const doubts = [...refused, ...leftOut.doubts].map(
    (sentence) => `Came with this CT, which may lack slices: ${sentence}`,
  );
  for (const series of allSeries) {
    const own = maskFiles.filter((file) => ctOfSet(file, allSeries).ct === series);
    const problem = ambiguous.has(series.seriesInstanceUid)
      ? "A CT series was left out: it holds different images with one SOP Instance UID."
      : await problemOfSeries(workspace, series);
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    const caseId = await createCase(workspace, folder, { series, maskFiles: own, sample, doubts });
    if (caseId !== undefined) cases.push(await announce(workspace, caseId));
  }
  if (allSeries.length === 0 && maskFiles.length === 0 && refused.length === 0)
    problems.push("There is no CT in these files. Choose the folder of a CT series.");
  const sets = await placeSets(workspace, maskFiles, new Set(cases.map(({ id }) => id)), allSeries);
  return { cases, taken: sets.taken, problems: [...problems, ...sets.problems] };
}

/** Why a series is not taken; undefined for one that is. */
async function problemOfSeries({ db }: Workspace, series: CtSeries): Promise<string | undefined> {
  if (series.frames.length < 2)
    return "A CT series of a single image was left out: a volume needs at least two.";
  const known = await db
    .selectFrom("cases")
    .select("grid")
    .where("series_uid", "=", series.seriesInstanceUid)
    .executeTakeFirst();
  if (known === undefined) return undefined;
  const [before, now] = [known.grid.size[2], series.frames.length];
  return before === now
    ? "A CT series is on the worklist already and was not taken a second time."
    : `A CT series of ${now} slices is on the worklist already with ${before}, and was not taken. Delete the one there first if this is the right one.`;
}

/**
 * A slice that was sent twice, in a folder and in an archive of it, is one slice; `ambiguous` are the series in which two that
 * differ claim to be one.
 */
async function withoutCopies(
  frames: readonly CtFrame[],
): Promise<{ readonly alone: CtFrame[]; readonly ambiguous: ReadonlySet<string> }> {
  const first = new Map<string, CtFrame>();
  const ambiguous = new Set<string>();
  const alone: CtFrame[] = [];
  for (const frame of frames) {
    const key = `${frame.sopInstanceUid} ${frame.frame}`;
    const same = first.get(key);
    if (same === undefined) {
      first.set(key, frame);
      alone.push(frame);
    } else if (!(await readFile(same.file)).equals(await readFile(frame.file))) {
      for (const { seriesInstanceUid } of [same, frame]) ambiguous.add(seriesInstanceUid);
    }
  }
  return { alone, ambiguous };
}

type MaskFile = ObjectSummary & { readonly title: string };

function maskFilesOf(scan: FolderScan): MaskFile[] {
  return scan.files.flatMap(({ header, path }) => {
    const summary = summariseObject(header, path);
    if (summary.kind !== "rtstruct" && summary.kind !== "seg") return [];
    return { ...summary, title: nameOfSet(header, summary) };
  });
}

type NewCase = {
  readonly series: CtSeries;
  /** Those that refer to the series. */
  readonly maskFiles: readonly ObjectSummary[];
  readonly sample: boolean;
  /** What is odd about the way it came. */
  readonly doubts: readonly string[];
};

/** Moves the CT's files to a folder of the new case. Undefined if the series is there already. */
async function createCase(
  workspace: Workspace,
  staging: string,
  { series, maskFiles, sample, doubts }: NewCase,
): Promise<string | undefined> {
  const caseId = randomUUID();
  const { db, transact, queue } = workspace;
  const { header } = series.frames[0];
  const staged = join(staging, caseId);
  for (const name of ["dicom", "mask-files"]) await mkdir(join(staged, name), { recursive: true });
  const files = [...new Set(series.frames.map(({ file }) => file))];
  const { grid, failure } = geometryOf(series.frames, files);
  for (const [at, file] of files.entries()) await rename(file, join(staged, "dicom", numbered(at)));
  for (const { path } of maskFiles) await copyMaskFile(path, join(staged, "mask-files"));
  // Until the case is recorded its folder is one to be removed: nothing is left of a server that is killed here.
  await db.insertInto("removals").values({ case_id: caseId }).execute();
  await rename(staged, workspace.folderOf(caseId).root);
  let created = false;
  try {
    created = await transact(async (within) => {
      const inserted = await within
        .insertInto("cases")
        .values({
          ...(await describePatient(within, header)),
          id: caseId,
          series_uid: series.seriesInstanceUid,
          grid: JSON.stringify(grid),
          findings: JSON.stringify(doubts),
          sample,
        })
        .onConflict((conflict) => conflict.column("series_uid").doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows !== 1n) return false;
      await within.deleteFrom("removals").where("case_id", "=", caseId).execute();
      if (failure === undefined) await queue.add(within, "prepare", { caseId, modelId: shippedModelId });
      else await setState(within, caseId, "failed", { failure });
      return true;
    });
  } finally {
    if (!created) {
      await rm(workspace.folderOf(caseId).root, { recursive: true, force: true });
      await db.deleteFrom("removals").where("case_id", "=", caseId).execute();
    }
  }
  return created ? caseId : undefined;
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
 * Says of every structure set where it went: to a new case, to one that was on the worklist before (there it is queued, unless
 * it was there), or nowhere.
 */
async function placeSets(
  workspace: Workspace,
  maskFiles: readonly MaskFile[],
  fresh: ReadonlySet<string>,
  allSeries: readonly CtSeries[],
): Promise<{ readonly taken: string[]; readonly problems: string[] }> {
  const [taken, problems]: string[][] = [[], []];
  for (const file of maskFiles) {
    const here = ctOfSet(file, allSeries).ct;
    const referenced = here === undefined ? file.referencedSeries : [here.seriesInstanceUid];
    const places = await casesOf(workspace, referenced);
    for (const caseId of places) {
      if (fresh.has(caseId)) taken.push(`${file.title} came with its CT.`);
      else if (await addToCase(workspace, file, caseId))
        taken.push(`${file.title} was added to its CT, which is on the worklist already.`);
      else taken.push(`${file.title} is with its CT on the worklist already.`);
    }
    if (places.length === 0) problems.push(`${file.title} belongs to no single CT here and was left out.`);
  }
  return { taken, problems };
}

async function casesOf({ db }: Workspace, series: readonly string[]): Promise<string[]> {
  if (series.length === 0) return [];
  const rows = await db.selectFrom("cases").select("id").where("series_uid", "in", series).execute();
  return rows.map(({ id }) => id);
}

/** False if it is there already. */
async function addToCase(
  { transact, queue, folderOf }: Workspace,
  { path }: ObjectSummary,
  caseId: string,
): Promise<boolean> {
  if (!(await copyMaskFile(path, folderOf(caseId).maskFiles))) return false;
  await transact((within) => queue.add(within, "masks", { caseId, modelId: shippedModelId }));
  return true;
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
