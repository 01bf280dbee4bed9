/** What each route of the contract does: a few lines that hand on to the workspace (src/workspace). */
import { mayDo } from "#contract/workspace/account.ts";
import type { WorkFacts } from "#contract/workspace/work.ts";
import { voxelPoint } from "#core/coordinates.ts";
import { latestAudit } from "#workspace/accounts/audit.ts";
import { addUser, changeUser, listUsers } from "#workspace/accounts/users.ts";
import { appendLog } from "#workspace/records/append-log.ts";
import { announce, listCases, removeCase, showCase } from "#workspace/records/cases.ts";
import { hastenDelivery, listDeliveries } from "#workspace/records/deliveries.ts";
import { keepLate, settleLate } from "#workspace/records/late-strokes.ts";
import { listModels } from "#workspace/records/models.ts";
import { study } from "#workspace/records/study.ts";
import { abandonUpload, beginUpload, takeUpload } from "#workspace/records/uploads.ts";
import { approve, exportVersion } from "#workspace/records/versions.ts";
import { attend, leave, requireWriter } from "#workspace/reviews/attendance.ts";
import { closeWithoutTumour, reopen, sendBack } from "#workspace/reviews/decisions.ts";
import type { RegionFinder } from "#workspace/reviews/regions.ts";
import { openReview, showLog, showReview, structureSources } from "#workspace/reviews/reviews.ts";
import { askForSegmentation, hasten } from "#workspace/work/ask.ts";
import type { Runner } from "#workspace/work/runner.ts";
import { importFolder } from "#workspace/work/upload/import-cases.ts";
import { expectUpload } from "#workspace/work/upload/read-upload.ts";
import { workFacts } from "#workspace/work-facts.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { requireRole } from "./access/access.ts";
import type { Handlers } from "./routes.ts";

/** Of the audit log; the whole is a file. */
const shownEntries = 500;

type HandlerParts = {
  readonly runner: Runner;
  readonly regions: RegionFinder;
  readonly makingSample: () => boolean;
  readonly rules: WorkFacts["rules"];
};

export function createHandlers(
  workspace: Workspace,
  { runner, regions, makingSample, rules }: HandlerParts,
): Handlers {
  return {
    status: async () => ({ makingSample: makingSample() }),
    listCases: () => listCases(workspace),
    showCase: ({ caseId }) => showCase(workspace, caseId, (reviews) => structureSources(workspace, reviews)),
    removeCase: async ({ caseId }) => {
      await removeCase(workspace, caseId, runner.cancel);
      return {};
    },
    segmentCase: async ({ caseId }, { model }) => {
      await askForSegmentation(workspace, caseId, model);
      return announce(workspace, caseId);
    },
    hasten: async ({ caseId }) => {
      await hasten(workspace, caseId);
      return {};
    },
    findRegion: ({ caseId }, prompt) =>
      regions.find(caseId, "click" in prompt ? { click: voxelPoint(...prompt.click) } : prompt),
    listModels: async () => (await listModels(workspace.models)).map(({ id, label }) => ({ id, label })),
    structureTemplate: async () => workspace.template,

    beginUpload: async () => {
      expectUpload();
      return { uploadId: await beginUpload(workspace) };
    },
    abandonUpload: async ({ uploadId }) => {
      await abandonUpload(workspace, uploadId);
      return {};
    },
    finishUpload: async ({ uploadId }) => importFolder(workspace, await takeUpload(workspace, uploadId)),

    openReview: async ({ caseId }, request, account) => {
      const review = await openReview(workspace, caseId, { ...request, account });
      await hasten(workspace, caseId);
      // By hand no network is asked.
      if (review.start === "assisted") regions.prepare(caseId);
      return review;
    },
    showReview: ({ reviewId }) => showReview(workspace, reviewId),
    showLog: ({ reviewId, from }) => showLog(workspace, reviewId, Number(from)),
    attend: async ({ reviewId }, request, account) => {
      const mayWrite = account === null || mayDo(account.role, "editor");
      // Opening a review asks to write it: a viewer reads along then.
      if (!mayWrite && request.act === "write")
        return attend(workspace, reviewId, { ...request, act: "look" }, account);
      if (request.act !== "look") requireRole(account, "editor");
      return attend(workspace, reviewId, request, account);
    },
    leave: async ({ reviewId }, leaving, account) => {
      // Who reads along leaves as well, but has drawn nothing.
      if (leaving.unsaved !== null) requireRole(account, "editor");
      await leave(workspace, reviewId, leaving, account);
      return {};
    },
    keepLate: async ({ reviewId }, late) => {
      await keepLate(workspace, reviewId, late);
      return {};
    },
    settleLate: async ({ reviewId, lateId }, request, account) => {
      await settleLate(workspace, { reviewId, lateId }, request, account);
      return {};
    },
    appendLog: ({ reviewId }, request, account) => appendLog(workspace, reviewId, request, account),
    approve: async ({ reviewId }, { lease, ...approval }, account) => {
      await requireWriter(workspace, reviewId, lease, account);
      return approve(workspace, reviewId, approval);
    },
    exportVersion: async ({ caseId, number }) => {
      await exportVersion(workspace, caseId, Number(number));
      return announce(workspace, caseId);
    },
    closeWithoutTumour: async ({ reviewId }, { lease, ...request }, account) => {
      await requireWriter(workspace, reviewId, lease, account);
      return closeWithoutTumour(workspace, reviewId, request);
    },
    sendBack: async ({ reviewId }, { lease, ...request }, account) => {
      await requireWriter(workspace, reviewId, lease, account);
      return sendBack(workspace, reviewId, request);
    },
    reopen: async ({ reviewId }, { lease, reviewer }, account) => {
      await requireWriter(workspace, reviewId, lease, account);
      return reopen(workspace, reviewId, reviewer);
    },

    study: () => study(workspace),

    listUsers: () => listUsers(workspace.db),
    addUser: (_, user) => addUser(workspace, user),
    changeUser: ({ userId }, change) => changeUser(workspace, userId, change),
    work: () => workFacts(workspace, [...rules]),
    audit: () => latestAudit(workspace.db, shownEntries),
    listDeliveries: () => listDeliveries(workspace.db),
    hastenDelivery: async ({ deliveryId }) => {
      await hastenDelivery(workspace.db, deliveryId);
      return {};
    },
  };
}
