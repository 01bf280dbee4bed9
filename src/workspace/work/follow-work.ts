/** The service hears how far the work on each case is, wherever it is done, and tells the pages. */
import { DelineateError } from "#core/errors.ts";
import { announce } from "#workspace/records/cases.ts";
import type { Workspace } from "#workspace/workspace.ts";

/** `onAgain`: messages were missed. Gives the function that ends it. */
export function followWork(workspace: Workspace, onAgain: () => void): () => void {
  const { wire, feed, onFault } = workspace;
  return wire.hear((message) => {
    if (message.kind === "again") onAgain();
    // Another process may have removed it.
    if (message.kind === "cancel") feed.publish({ type: "removed", data: { id: message.caseId } });
    if (message.kind !== "case") return;
    const { caseId, progress } = message;
    if (progress === null) feed.progress.delete(caseId);
    else if (progress !== undefined) feed.progress.set(caseId, progress);
    announce(workspace, caseId).catch((error: unknown) => {
      // A case may be removed while it is worked on.
      if (!(error instanceof DelineateError)) onFault(error);
    });
  });
}
