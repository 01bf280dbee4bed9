/** What a person asks of the queue: contour a case, and this one first. */
import { caseRow, heldCase } from "#workspace/records/case-rows.ts";
import { setState } from "#workspace/records/cases.ts";
import { findModel } from "#workspace/records/models.ts";
import type { Workspace } from "#workspace/workspace.ts";

/**
 * Queues the contouring of a case by a model, null: by the one that it came for. Nothing happens if there is its contour already.
 * Throws `not-found`.
 */
export async function askForSegmentation(
  workspace: Workspace,
  caseId: string,
  model: string | null,
): Promise<void> {
  const wanted = model ?? (await caseRow(workspace.db, caseId)).model_id;
  const { id: modelId, digest } = await findModel(workspace.models, wanted);
  await workspace.transact(async (db) => {
    const row = await heldCase(db, caseId);
    const existingContour = await db
      .selectFrom("automatic")
      .select("case_id")
      .where("case_id", "=", caseId)
      .where("model_digest", "=", digest)
      .executeTakeFirst();
    if (existingContour !== undefined) return;
    await workspace.queue.add(db, row.ct_ready ? "segment" : "prepare", { caseId, modelId });
    if (row.state === "failed") await setState(db, caseId, "received");
  });
}

/** Somebody waits for this case: what is to be done for it comes next. Throws `not-found`. */
export async function hasten({ transact, queue }: Workspace, caseId: string): Promise<void> {
  await transact(async (db) => {
    await caseRow(db, caseId);
    await queue.hasten(db, caseId);
  });
}
