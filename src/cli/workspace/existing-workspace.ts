/** What looks at a workspace makes none: a misspelt --data would be an empty one, with no accounts and nothing in its audit log. */
import { join, resolve } from "node:path";
import { exists } from "#platform/missing.ts";
import { noWorkspace } from "#workspace/no-workspace.ts";

type Place = { readonly data: string; readonly database?: string | undefined };

/** Throws `file-not-found` where the records would be in the data folder, and are not. */
export async function refuseNoWorkspace({ data, database }: Place): Promise<void> {
  if (database !== undefined || (await exists(join(resolve(data), "records")))) return;
  throw noWorkspace(data);
}
