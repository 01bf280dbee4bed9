/** The volume of the GTV under review, for the worklist: exact where it matters, brought up to date now and then between. */
import { reviewsWithWork } from "#workspace/records/case-rows.ts";
import { announce } from "#workspace/records/cases.ts";
import type { Workspace } from "#workspace/workspace.ts";

/** While a person draws the worklist may lag this much behind. */
const delayMs = 1500;

/** Of the case's latest open review that holds work; the volume stays as it is where there is none. */
export async function updateVolume(workspace: Workspace, caseId: string): Promise<void> {
  const { db, liveMasks } = workspace;
  const review = (await reviewsWithWork(db, caseId)).find(({ state }) => state === "open");
  if (review === undefined) return;
  const structures = await db
    .selectFrom("structures")
    .selectAll()
    .where("review_id", "=", review.id)
    .where("type", "=", "GTV")
    .where("removed", "=", false)
    .execute();
  const gtv_cc = structures.length === 0 ? 0 : await liveMasks.unitedVolumeCc(caseId, structures);
  await db.updateTable("cases").set({ gtv_cc, changed_at: new Date() }).where("id", "=", caseId).execute();
}

/** Soon, once for however many changes. */
export function updateVolumeSoon(workspace: Workspace, caseId: string): void {
  const { pendingVolumes } = workspace;
  if (pendingVolumes.has(caseId)) return;
  const timer = setTimeout(() => {
    pendingVolumes.delete(caseId);
    updateVolume(workspace, caseId)
      .then(() => announce(workspace, caseId))
      // The case may have been removed, or the workspace closed.
      .catch(workspace.onFault);
  }, delayMs);
  pendingVolumes.set(caseId, timer);
}
