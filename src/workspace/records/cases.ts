/** Cases as the worklist and the review page see them, their states, and their removal. */
import type { Selectable } from "kysely";
import {
  type Automatic,
  automaticSchema,
  type CaseDetail,
  type CaseState,
  type CaseSummary,
  type MaskSource,
} from "#contract/workspace/case.ts";
import { isAway } from "#workspace/files/file-store.ts";
import { finishRemoval } from "#workspace/files/removals.ts";
import { persist } from "#workspace/store/persist.ts";
import type { Workspace } from "#workspace/workspace.ts";
import {
  type AutomaticRow,
  automaticSourceId,
  type CaseRow,
  caseRow,
  currentReviews,
  firstAutomatic,
  heldCase,
  modelOf,
  reviewsWithWork,
} from "./case-rows.ts";
import type { Db } from "./database.ts";
import type { ReviewTable } from "./tables.ts";

/** Latest first. */
export async function listCases({ db, feed }: Workspace): Promise<CaseSummary[]> {
  const rows = await db
    .selectFrom("cases")
    .selectAll()
    .orderBy("received_at", "desc")
    .orderBy("id")
    .execute();
  const automatic = await db.selectFrom("automatic").selectAll().orderBy("finished_at").execute();
  const first = new Map(automatic.toReversed().map((row) => [row.case_id, row]));
  return rows.map((row) => summaryOf(row, first.get(row.id), feed.progress.get(row.id)));
}

/** Throws `not-found`. */
async function summariseCase({ db, feed }: Workspace, caseId: string): Promise<CaseSummary> {
  const [row, automatic] = [await caseRow(db, caseId), await firstAutomatic(db, caseId)];
  return summaryOf(row, automatic, feed.progress.get(caseId));
}

/**
 * Tells all that listen how the case stands now. It waits for a database that is away: what was done to the case is recorded by now,
 * and whoever asked for it is not told to try again.
 */
export async function announce(workspace: Workspace, caseId: string): Promise<CaseSummary> {
  const summary = await persist(() => summariseCase(workspace, caseId));
  workspace.feed.publish({ type: "case", data: summary });
  return summary;
}

function summaryOf(
  row: CaseRow,
  automatic: AutomaticRow | undefined,
  progress: CaseSummary["progress"] | undefined,
): CaseSummary {
  return {
    id: row.id,
    state: row.state,
    progress: row.state === "received" || row.state === "segmenting" ? (progress ?? null) : null,
    failure: row.failure,
    sentBack: row.sent_back,
    patientName: row.patient_name,
    patientId: row.patient_id,
    studyDate: row.study_date,
    seriesDescription: row.series_description,
    kernel: row.kernel,
    sliceThicknessMm: row.slice_thickness_mm,
    patientLabel: row.patient_label,
    sliceCount: row.grid.size[2],
    spacingMm: row.grid.spacingMm,
    gtvCc: row.gtv_cc ?? automatic?.volume_cc ?? null,
    expected: worthOf(automatic?.expected),
    sample: row.sample,
    receivedAt: row.received_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  };
}

/** Throws `not-found`. `structures` gives the sources of open reviews, whose volumes are a replay of their logs. */
export async function showCase(
  workspace: Workspace,
  caseId: string,
  structures: (reviews: readonly Selectable<ReviewTable>[]) => Promise<MaskSource[]>,
): Promise<CaseDetail> {
  const { db } = workspace;
  const row = await caseRow(db, caseId);
  const ofCase = db.selectFrom("automatic").where("case_id", "=", caseId);
  const automatic = await ofCase.selectAll().orderBy("finished_at").execute();
  const imported = await db
    .selectFrom("imported")
    .where("case_id", "=", caseId)
    .selectAll()
    .orderBy("number")
    .execute();
  const versions = await db
    .selectFrom("versions")
    .where("case_id", "=", caseId)
    .selectAll()
    .orderBy("number")
    .execute();
  const reviews = await currentReviews(db, caseId);
  const ended = isEnded(row.state) ? reviews.find(({ state }) => state !== "open") : undefined;
  const review = ended ?? reviews.find(({ state }) => state === "open") ?? reviews.at(0);
  return {
    summary: summaryOf(row, automatic[0], workspace.feed.progress.get(caseId)),
    grid: row.grid,
    automatic: automatic[0] === undefined ? null : automaticOf(automatic[0]),
    sources: [
      ...automatic.map((contour) => ({
        id: automaticSourceId(contour.model_digest),
        kind: "automatic" as const,
        label: `Automatic, ${contour.model_name} ${contour.model_version}`,
        volumeCc: contour.volume_cc,
      })),
      ...(await structures(reviews.filter(({ state }) => state === "open"))),
      ...versions.toReversed().flatMap(({ number, version, structure_ids }) =>
        structure_ids.map((id, at) => ({
          id: `version:${number}:${id}`,
          kind: "version" as const,
          label: `${version.structures[at].name}, signed version ${number}`,
          volumeCc: version.structures[at].volumeCc,
        })),
      ),
      ...imported.map(({ number, label, volume_cc, name, type, colour }) => ({
        id: `imported:${number}`,
        kind: "imported" as const,
        label,
        volumeCc: volume_cc,
        roi: { name, type, colour },
      })),
    ],
    versions: versions.map(({ version }) => version),
    withdrawn: versions.filter(({ withdrawn }) => withdrawn).map(({ number }) => number),
    reviewId: review?.id ?? null,
    reviewStart: review?.start ?? null,
    findings: row.findings,
  };
}

/** Without the slices; null where nothing is known. */
function worthOf(expected: Automatic["expected"] | undefined): CaseSummary["expected"] {
  if (expected === undefined || (expected.dsc === null && !expected.doubtful)) return null;
  const { dsc, meanError, doubtful, reasons } = expected;
  return { dsc, meanError, doubtful, reasons };
}

function automaticOf(row: AutomaticRow): Automatic {
  return automaticSchema.parse({
    id: automaticSourceId(row.model_digest),
    model: modelOf(row),
    helpers: row.helpers,
    trainedOn: row.trained_on,
    threshold: row.threshold,
    gtvVoxels: row.gtv_voxels,
    uncertainVoxels: row.uncertain_voxels,
    expected: row.expected,
    msPerSlice: row.ms_per_slice,
    finishedAt: row.finished_at.toISOString(),
  });
}

/** Signed or closed: it stays so while an open review is empty, which one stray press begins, and moves with its first change. */
export function isEnded(state: CaseState): boolean {
  return state === "approved" || state === "exported" || state === "no-tumour";
}

/** Where a case stands while nothing is going on with it. */
export async function restingState(db: Db, caseId: string): Promise<CaseState> {
  const reviews = await reviewsWithWork(db, caseId);
  if (reviews.at(0)?.state === "no-tumour") return "no-tumour";
  if (reviews.some(({ state }) => state === "open")) return "in-review";
  const latest = await db
    .selectFrom("versions")
    .select("exported_at")
    .where("case_id", "=", caseId)
    .orderBy("number", "desc")
    .executeTakeFirst();
  if (latest !== undefined) return latest.exported_at === null ? "approved" : "exported";
  // Begun, and empty so far.
  if ((await currentReviews(db, caseId)).length > 0) return "in-review";
  return (await firstAutomatic(db, caseId)) === undefined ? "received" : "to-review";
}

/** Where the program's own work on a case leaves it. One that was sent back stays so: a person alone moves it on. */
export async function stateAfterWork(db: Db, caseId: string): Promise<CaseState> {
  const { state } = await caseRow(db, caseId);
  return state === "sent-back" ? state : restingState(db, caseId);
}

/** Failure is forgotten unless given. */
export async function setState(
  db: Db,
  caseId: string,
  state: CaseState,
  more: {
    readonly failure?: string;
    readonly gtv_cc?: number | null;
    readonly sent_back?: string | null;
  } = {},
): Promise<void> {
  await db
    .updateTable("cases")
    .set({ failure: null, ...more, state, changed_at: new Date() })
    .where("id", "=", caseId)
    .execute();
}

/** What is odd about a case, in sentences, each once. Throws `not-found`. */
export async function addFindings(
  workspace: Workspace,
  caseId: string,
  findings: readonly string[],
): Promise<void> {
  await workspace.transact((db) => noteFindings(db, caseId, findings));
  await announce(workspace, caseId);
}

/** The same, within a transaction. */
export async function noteFindings(db: Db, caseId: string, findings: readonly string[]): Promise<void> {
  // Held: a worker that reads the CT adds its findings at the same moment.
  const before = await heldCase(db, caseId);
  await db
    .updateTable("cases")
    .set({ findings: JSON.stringify([...new Set([...before.findings, ...findings])]) })
    .where("id", "=", caseId)
    .execute();
}

/**
 * The records at once, then what is kept beside them: by the service, again at its next start if that fails now. `cancel` ends work that goes on
 * with the case in this process; others end theirs when they hear of it, and leave no file. `mayGo` is asked with the case's row
 * held: where it says no, nothing happens, and false is given. Throws `not-found`.
 */
export async function removeCase(
  workspace: Workspace,
  caseId: string,
  cancel: (caseId: string) => Promise<void>,
  mayGo: (db: Db) => Promise<boolean> = async () => true,
): Promise<boolean> {
  const { transact, queue, feed, wire } = workspace;
  const begunRemoval = await transact(async (within) => {
    const { series_uid, study_uid } = await heldCase(within, caseId);
    if (!(await mayGo(within))) return undefined;
    await queue.cancelAll(within, caseId);
    const removal = { case_id: caseId, series_uid, study_uid };
    await within.insertInto("removals").values(removal).execute();
    await within.deleteFrom("cases").where("id", "=", caseId).execute();
    await wire.tell({ kind: "cancel", caseId }, within);
    return removal;
  });
  if (begunRemoval === undefined) return false;
  await cancel(caseId);
  feed.publish({ type: "removed", data: { id: caseId } });
  await finishRemoval(workspace, begunRemoval).catch((error: unknown) => {
    // It passes, and is finished then.
    if (!isAway(error)) throw error;
  });
  return true;
}
