/** The kinds of work on a case: what each reads, has computed, and records (attempt.ts). */
import { caseRow, heldCase } from "#workspace/records/case-rows.ts";
import { noteFindings, setState, stateAfterWork } from "#workspace/records/cases.ts";
import type { Db } from "#workspace/records/database.ts";
import { findModel } from "#workspace/records/models.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { conclude, inPlace } from "./attempt.ts";
import type { CaseJob } from "./queue.ts";
import { newMaskFiles, recordMasks, recordPrepared, recordSegmented } from "./record-results.ts";
import type { TaskProgress, TaskRunner } from "./task-runner.ts";

type CaseWork = Readonly<Record<CaseJob["kind"], (job: CaseJob) => Promise<void>>>;

/** Which process computes. */
export type Processes = {
  readonly reading: TaskRunner;
  readonly contouring: TaskRunner;
  /** One that contours, has nothing to do, and would begin at once; undefined where none has. */
  idle(): TaskRunner | undefined;
};

/** `stop` ends the process that works on a job. */
export function caseWork(
  workspace: Workspace,
  processes: Processes,
): { readonly work: CaseWork; stop(): Promise<void> } {
  const { queue, wire, files, folderOf } = workspace;
  let working: TaskRunner = processes.reading;

  async function prepare(job: CaseJob): Promise<void> {
    const { caseId, modelId } = job.data;
    // Being read is being received still: nothing is segmented yet.
    const { series_uid } = await caseRow(workspace.db, caseId);
    // One that is not there any more is the contouring's failure.
    const path = await findModel(workspace.models, modelId).then(
      (model) => model.path,
      () => undefined,
    );
    await files.stage(caseId, folderOf(caseId).dicom);
    await inPlace(workspace, job, async (place) => {
      // The process that will contour it next need not read it again. Looked for now: a moment ago it had nothing to do perhaps.
      const idle = path === undefined ? undefined : processes.idle();
      working = idle ?? processes.reading;
      const model = idle && path;
      const task = { kind: "prepare", ...place, seriesUid: series_uid, model } as const;
      const prepared = await working.prepare(task, report(caseId));
      return async (db) => {
        await recordPrepared(db, caseId, prepared);
        // Others may be prepared before this one is contoured.
        await setState(db, caseId, await stateAfterWork(db, caseId));
        await queue.add(db, "masks", job.data, job.priority);
        await queue.add(db, "segment", job.data, job.priority);
        return true;
      };
    });
  }

  async function masks(job: CaseJob): Promise<void> {
    const { caseId } = job.data;
    working = processes.reading;
    const { names, firstNumber } = await newMaskFiles(workspace, caseId);
    // Before its CT is read a case has no grid for them; preparing it asks for this again.
    const { ct_ready } = await caseRow(workspace.db, caseId);
    const { ct, maskFiles } = folderOf(caseId);
    const tried = new Set(ct_ready ? names : []);
    if (names.length > 0) await files.stage(caseId, ct, maskFiles);
    await inPlace(workspace, job, async (place) => {
      const task = { kind: "masks", ...place, files: names, firstNumber } as const;
      const nothing = { findings: [], imported: [] };
      const masks = names.length === 0 || !ct_ready ? nothing : await working.masks(task, () => undefined);
      return async (db) => {
        await recordMasks(db, caseId, masks);
        // While this went on none could be asked for: what came meanwhile is left to nobody else.
        const now = await newMaskFiles(workspace, caseId, db);
        if ((await caseRow(db, caseId)).ct_ready && now.names.some((name) => !tried.has(name)))
          await queue.add(db, "masks", job.data, job.priority);
        return true;
      };
    });
  }

  async function segment(job: CaseJob): Promise<void> {
    const { caseId, modelId } = job.data;
    const model = await findModel(workspace.models, modelId);
    working = processes.contouring;
    await begin(job);
    await files.stage(caseId, folderOf(caseId).ct);
    await inPlace(workspace, job, async (place) => {
      const task = { kind: "segment", ...place, model: model.path } as const;
      const segmented = await working.segment(task, report(caseId));
      return async (db) => {
        const isNew = await recordSegmented(db, caseId, segmented);
        await setState(db, caseId, await stateAfterWork(db, caseId));
        return isNew;
      };
    });
  }

  /** The case is shown as being segmented from now. */
  async function begin({ data: { caseId } }: CaseJob): Promise<void> {
    await workspace.transact(async (db) => {
      const { state } = await heldCase(db, caseId);
      if (["received", "to-review", "failed"].includes(state)) await setState(db, caseId, "segmenting");
      await wire.tell({ kind: "case", caseId }, db);
    });
  }

  function report(caseId: string): (progress: TaskProgress) => void {
    return (progress) => {
      wire.tell({ kind: "case", caseId, progress }).catch(workspace.onFault);
    };
  }

  const givenUp = (job: CaseJob): Promise<void> => recordGivenUp(workspace, job);
  return { work: { prepare, masks, segment, "given-up": givenUp }, stop: () => working.stop() };
}

/** A job that ended too many processes, or failed too often. */
async function recordGivenUp(workspace: Workspace, job: CaseJob): Promise<void> {
  await conclude(workspace, job, (db) =>
    recordFailure(
      db,
      job,
      "The work on this CT ended unexpectedly several times, perhaps for want of memory. Try again; if it fails again, please report it.",
    ),
  );
}

/** `failure`: the sentence that the worklist shows. */
export async function recordFailure(db: Db, job: CaseJob, failure: string): Promise<void> {
  const { caseId } = job.data;
  // A structure set that cannot be taken in is no hindrance to contouring; who compares is told that it is not there.
  if ((job.was ?? job.kind) === "masks") {
    const notTaken = "Structure sets that came with this CT were not taken in: add them once more.";
    await noteFindings(db, caseId, [`${notTaken} ${failure}`]);
    return;
  }
  const resting = await stateAfterWork(db, caseId);
  // A contour or a review that is there already is not lost by a second model's failure.
  await setState(db, caseId, resting === "received" ? "failed" : resting, { failure });
}
