/**
 * From the files of an upload to cases: what they hold (read-upload.ts), one case for each CT series with the structure sets
 * that refer to it, each queued to be read and contoured. Pixels are not read here, so that the answer is quick. What cannot
 * be taken is said in a sentence, without a name.
 */
import { randomUUID } from "node:crypto";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CaseSummary } from "#contract/workspace/case.ts";
import { DelineateError } from "#core/errors.ts";
import { ctOfSet } from "#dicom/rtstruct/ct-of-set.ts";
import { instancesOf } from "#patients/instance-file.ts";
import { caseFolderAt } from "#workspace/records/case-folder.ts";
import { lockCase } from "#workspace/records/case-rows.ts";
import { addFindings, announce, setState } from "#workspace/records/cases.ts";
import type { Db } from "#workspace/records/database.ts";
import { describePatient } from "#workspace/records/describe-patient.ts";
import { shippedModelId } from "#workspace/records/models.ts";
import type { Workspace } from "#workspace/workspace.ts";
import {
  numbered,
  readUpload,
  type UploadContents,
  type UploadedSeries,
  type UploadedSet,
} from "./read-upload.ts";

const sameSeries = "A CT series is on the worklist already and was not taken a second time.";

const otherImages =
  "Images of this CT were uploaded after it was taken that are not among its own, or have other contents: what came first is used, and it may lack slices. Compare with the PACS before signing; if the others are right, remove this patient and upload the series again.";

const otherSet =
  "A structure set of this CT was uploaded a second time with other contents: what came first is used. Compare with the PACS before signing.";

type ImportResult = {
  readonly cases: CaseSummary[];
  /** Structure sets that joined their CT. */
  readonly taken: string[];
  /** What was left out, every kind of it. */
  readonly problems: string[];
};

/** Where it came from, as far as that matters to new cases. */
type Origin = {
  readonly sample?: boolean;
  /** Of listModels; the workspace's if left out. */
  readonly modelId?: string;
  /** What is odd about the way it came, in sentences. */
  readonly findings?: readonly string[];
  /** Within the transaction that records a new case. */
  readonly onCreated?: (db: Db, caseId: string) => Promise<void>;
};

/**
 * Takes all that is below `folder`; its files are moved away, what is left of it is removed, also if it fails. Throws
 * `files-unavailable`, and what reading throws.
 */
export async function importFolder(
  workspace: Workspace,
  folder: string,
  origin: Origin = {},
): Promise<ImportResult> {
  try {
    return await takeFolder(workspace, folder, origin);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeFolder(workspace: Workspace, folder: string, origin: Origin): Promise<ImportResult> {
  const contents = await readUpload(folder);
  const { series: allSeries, sets, refused, sentences, doubts: ofFiles } = contents;
  const homes = await homesOf(workspace, contents);
  const cases: CaseSummary[] = [];
  const problems = [...refused, ...sentences];
  // What came with a CT and could not be read may be slices of it: that stays with the case, not only with the upload.
  const doubts = [
    ...[...refused, ...ofFiles].map((sentence) => `Came with this CT, which may lack slices: ${sentence}`),
    ...(origin.findings ?? []),
  ];
  for (const series of allSeries) {
    const ownSets = sets.filter((set) => homes.get(set) === series);
    const problem = series.ambiguous
      ? "A CT series was left out: it holds different images with one SOP Instance UID."
      : await problemOfSeries(workspace, series);
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    const caseId = await createCase(workspace, folder, { series, sets: ownSets, origin, doubts });
    // Another upload, or the listener, brought it while this one was read.
    if (caseId === undefined) problems.push(sameSeries);
    else cases.push(await announce(workspace, caseId));
  }
  if (allSeries.length === 0 && sets.length === 0 && refused.length === 0)
    problems.push("There is no CT in these files. Choose the folder of a CT series.");
  const placed = await placeSets(workspace, folder, homes, new Set(cases.map(({ id }) => id)));
  return { cases, taken: placed.taken, problems: [...problems, ...placed.problems] };
}

/**
 * The upload's series that each set belongs to. One that has only the frame of reference in common gives way to the series that
 * the set names, where that is on the worklist.
 */
async function homesOf(
  workspace: Workspace,
  { sets, series }: UploadContents,
): Promise<ReadonlyMap<UploadedSet, UploadedSeries | undefined>> {
  const homes = new Map<UploadedSet, UploadedSeries | undefined>();
  for (const set of sets) {
    const match = ctOfSet(set, series);
    const byFrame = match.ct !== undefined && match.byFrame;
    const namedIsHere = byFrame && (await casesOf(workspace, set.referencedSeries)).length > 0;
    homes.set(set, namedIsHere ? undefined : match.ct);
  }
  return homes;
}

/** Why a series is not taken; undefined for one that is. */
async function problemOfSeries(workspace: Workspace, series: UploadedSeries): Promise<string | undefined> {
  if (series.slices < 2) return "A CT series of a single image was left out: a volume needs at least two.";
  const knownCase = await workspace.db
    .selectFrom("cases")
    .select(["id", "grid"])
    .where("series_uid", "=", series.seriesInstanceUid)
    .executeTakeFirst();
  if (knownCase === undefined) return undefined;
  const { absent, changed } = await compareWith(workspace, knownCase.id, "dicom", series.files);
  const others = absent + changed;
  if (others > 0) await tell(workspace, knownCase.id, otherImages);
  const [before, now] = [knownCase.grid.size[2], series.slices];
  if (before === now && others > 0)
    return `A CT series of ${now} slices is on the worklist already with as many, but ${others} of these images are not there, or not the same: it was not taken. Compare both; delete the one there first if this is the right one, and choose all of its images at once.`;
  return before === now
    ? sameSeries
    : `A CT series of ${now} slices is on the worklist already with ${before}, and was not taken. Delete the one there first if this is the right one.`;
}

/** How many of the uploaded instances the case does not have among its files, and how many it has with other contents. */
async function compareWith(
  { files, folderOf }: Workspace,
  caseId: string,
  place: "dicom" | "maskFiles",
  paths: readonly string[],
): Promise<{ readonly absent: number; readonly changed: number }> {
  const folder = folderOf(caseId)[place];
  await files.stage(caseId, folder);
  const names = await files.namesIn(caseId, folder);
  const before = await instancesOf(names.map((name) => join(folder, name)));
  let [absent, changed] = [0, 0];
  for (const [sopInstanceUid, instance] of await instancesOf(paths)) {
    const same = before.get(sopInstanceUid);
    if (same === undefined) absent++;
    else if ((await same.digest()) !== (await instance.digest())) changed++;
  }
  return { absent, changed };
}

/** Who signs it need not be who brought the files, nor have seen what was answered. */
async function tell(workspace: Workspace, caseId: string, sentence: string): Promise<void> {
  await addFindings(workspace, caseId, [sentence]).catch((error: unknown) => {
    // Removed meanwhile.
    if (!(error instanceof DelineateError && error.code === "not-found")) throw error;
  });
}

type NewCase = {
  readonly series: UploadedSeries;
  /** Those that refer to the series. */
  readonly sets: readonly UploadedSet[];
  readonly origin: Origin;
  /** What is odd about the way it came. */
  readonly doubts: readonly string[];
};

/** Makes the CT's files those of a new case. Undefined if the series is there already. */
async function createCase(
  workspace: Workspace,
  staging: string,
  { series, sets, origin, doubts }: NewCase,
): Promise<string | undefined> {
  const caseId = randomUUID();
  const { db, transact, queue, files } = workspace;
  const staged = caseFolderAt(join(staging, caseId));
  for (const place of [staged.dicom, staged.maskFiles]) await mkdir(place, { recursive: true });
  const { grid, failure } = series;
  for (const [at, file] of series.files.entries()) await rename(file, join(staged.dicom, numbered(at)));
  for (const set of sets) await copyFile(set.path, join(staged.maskFiles, nameOf(set)));
  // Until the case is recorded its files are some to be removed: nothing is left of a server that is killed here.
  await db.insertInto("removals").values({ case_id: caseId }).execute();
  let created = false;
  try {
    const taken = await files.take(caseId, staged.root);
    const model_id = origin.modelId ?? workspace.modelId;
    created = await transact(async (within) => {
      const inserted = await within
        .insertInto("cases")
        .values({
          ...(await describePatient(within, series.patient)),
          id: caseId,
          series_uid: series.seriesInstanceUid,
          grid: JSON.stringify(grid),
          findings: JSON.stringify(doubts),
          sample: origin.sample ?? false,
          model_id,
        })
        .onConflict((conflict) => conflict.column("series_uid").doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows !== 1n) return false;
      await within.deleteFrom("removals").where("case_id", "=", caseId).execute();
      await taken.record(within);
      await origin.onCreated?.(within, caseId);
      if (failure === undefined) await queue.add(within, "prepare", { caseId, modelId: model_id });
      else await setState(within, caseId, "failed", { failure });
      return true;
    });
    if (created) await taken.settle();
  } finally {
    // Where the line broke, what was lost may be the answer alone: a case that is recorded keeps its files. If that cannot be
    // asked either, the next start knows.
    if (!created && (await isToGo(db, caseId))) {
      await files.remove(caseId);
      await db.deleteFrom("removals").where("case_id", "=", caseId).execute();
    }
  }
  return created ? caseId : undefined;
}

/** Waits for the server to end a transaction whose line broke: what records a case takes the row away. */
async function isToGo(db: Db, caseId: string): Promise<boolean> {
  const row = db.selectFrom("removals").select("case_id").where("case_id", "=", caseId).forUpdate();
  return (await row.executeTakeFirst()) !== undefined;
}

/** Of its file. By its content: the same one is there once, however often it comes. */
function nameOf({ digest }: UploadedSet): string {
  return `${digest.slice(0, 32)}.dcm`;
}

/**
 * Says of every structure set where it went: to a new case, to one that was on the worklist before (there it is queued, unless
 * it was there), or nowhere.
 */
async function placeSets(
  workspace: Workspace,
  folder: string,
  homes: ReadonlyMap<UploadedSet, UploadedSeries | undefined>,
  fresh: ReadonlySet<string>,
): Promise<{ readonly taken: string[]; readonly problems: string[] }> {
  const [taken, problems]: string[][] = [[], []];
  for (const [set, here] of homes) {
    const referenced = here === undefined ? set.referencedSeries : [here.seriesInstanceUid];
    const places = await casesOf(workspace, referenced);
    for (const caseId of places) {
      if (fresh.has(caseId)) taken.push(`${set.title} came with its CT.`);
      else if ((await compareWith(workspace, caseId, "maskFiles", [set.path])).changed > 0) {
        // Two of one UID nobody could tell apart, over DICOMweb least of all.
        await tell(workspace, caseId, otherSet);
        problems.push(
          `${set.title} was not taken: its CT has one of the same SOP Instance UID, with other contents. Give the changed one a UID of its own, or remove the patient first.`,
        );
      } else if (await addToCase(workspace, { folder, set, caseId }))
        taken.push(`${set.title} was added to its CT, which is on the worklist already.`);
      else taken.push(`${set.title} is with its CT on the worklist already.`);
    }
    if (places.length === 0) problems.push(`${set.title} belongs to no single CT here and was left out.`);
  }
  return { taken, problems };
}

/** Those that are made of one of the series. */
export async function casesOf({ db }: Pick<Workspace, "db">, series: readonly string[]): Promise<string[]> {
  if (series.length === 0) return [];
  const rows = await db.selectFrom("cases").select("id").where("series_uid", "in", series).execute();
  return rows.map(({ id }) => id);
}

type AddedSet = {
  /** Of the upload. */
  readonly folder: string;
  readonly set: UploadedSet;
  readonly caseId: string;
};

/** False if it is there already, then it is queued as well in case that it could not be taken in; or the case is not there any more. */
async function addToCase(
  { transact, queue, files, folderOf }: Workspace,
  { folder, set, caseId }: AddedSet,
): Promise<boolean> {
  const isThere = (await files.namesIn(caseId, folderOf(caseId).maskFiles)).includes(nameOf(set));
  const staged = caseFolderAt(join(folder, randomUUID()));
  await mkdir(staged.maskFiles, { recursive: true });
  if (!isThere) await copyFile(set.path, join(staged.maskFiles, nameOf(set)));
  const taken = await files.take(caseId, staged.root);
  const isAdded = await transact(async (within) => {
    if ((await lockCase(within, caseId)) === undefined) return false;
    await taken.record(within);
    await queue.add(within, "masks", { caseId, modelId: shippedModelId });
    return true;
  });
  if (isAdded) await taken.settle();
  return isAdded && !isThere;
}
