/** What the service does just now, for the page of the department and for figures. */
import type { WorkFacts } from "#contract/workspace/work.ts";
import type { Workspace } from "./workspace.ts";

/** How many jobs there are of each kind, counted a few seconds ago. */
export async function jobStates({ queue, parts }: Pick<Workspace, "queue" | "parts">) {
  return { ...(await queue.states()), ...(await parts.states()) };
}

export async function workFacts(workspace: Workspace, rules: WorkFacts["rules"]): Promise<WorkFacts> {
  const { parts, quota, jobs } = workspace;
  return {
    jobs: Object.entries(await jobStates(workspace)).map(([kind, counts]) => ({ kind, ...counts })),
    ...{ parts: await parts.active(), storage: await quota.usage() },
    ...{ processes: await jobs.instances(), rules },
  };
}
