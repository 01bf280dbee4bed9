/**
 * Regions that a person points at, one after another, in a process beside the runner's (region-task.ts): the server goes on
 * answering meanwhile, and a click never waits for a CT that is being contoured.
 */

import { DelineateError } from "#core/errors.ts";
import type { PackedRegion } from "#editing/region-cut/region-codec.ts";
import type { RegionPrompt } from "#segment/prompts/find-region.ts";
import { caseRow } from "#workspace/records/case-rows.ts";
import { createTaskRunner } from "#workspace/work/task-runner.ts";
import type { Workspace } from "#workspace/workspace.ts";

export type RegionFinder = {
  /** Throws `not-found`, `not-ready`. */
  find(caseId: string, prompt: RegionPrompt): Promise<PackedRegion>;
  /** A case was opened: its CT and the model are made ready, so that the first click is as fast as the next. */
  prepare(caseId: string): void;
  close(): Promise<void>;
};

export function createRegionFinder(workspace: Workspace): RegionFinder {
  const tasks = createTaskRunner();
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  function run(caseId: string, prompt: RegionPrompt | null): Promise<PackedRegion | null> {
    const work = last.then(async () => {
      await workspace.files.stage(caseId, workspace.folderOf(caseId).ct);
      if (closed) throw new DelineateError("cancelled", "The work was interrupted.");
      return tasks.region({ kind: "region", cases: workspace.cases, caseId, prompt });
    });
    last = work.catch(() => undefined);
    return work;
  }

  return {
    find: async (caseId, prompt) => {
      const { ct_ready } = await caseRow(workspace.db, caseId);
      if (!ct_ready)
        throw new DelineateError("not-ready", "The CT is still being read; it can be segmented in a moment.");
      const region = await run(caseId, prompt);
      if (region === null) throw new Error("a region was asked for and none came back");
      return region;
    },
    prepare: (caseId) => {
      // Whoever asks for a region is told what fails, and nobody else needs to know: the case may be gone meanwhile.
      void run(caseId, null).catch(() => undefined);
    },
    close: async () => {
      closed = true;
      await tasks.stop();
    },
  };
}
