/** A data folder that is another user's, and root. */
import { stat } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";

/**
 * What root writes there is root's, above all among the records, where PostgreSQL makes files anew whenever it is opened: the service,
 * which runs as the folder's user, would not start again. Others than root have no right to write there. Throws `file-unwritable`.
 */
export async function refuseForeignFolder(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  // What is not there yet will be root's; what else is wrong with it, who makes it says.
  const uid = (await stat(folder).catch(() => undefined))?.uid ?? 0;
  if (uid === 0) return;
  throw new DelineateError(
    "file-unwritable",
    `${folder} belongs to the user with the number ${uid}, who could not open what root leaves there. Run this as that user, with sudo -u '#${uid}' before it.`,
  );
}
