/**
 * Files that the records of a case name. A data folder has no list of its files: without this, one that was lost would be found out
 * when the backup has been put back, and the one before it is long gone.
 */
import { sep } from "node:path";
import { DelineateError } from "#core/errors.ts";
import type { StoredFile } from "#workspace/files/file-store.ts";
import { caseFolderAt } from "#workspace/records/case-folder.ts";
import type { Row } from "./tables.ts";

/** `store` is for the message. Throws `file-not-found` for the first one that is not among those `copied`. */
export function requireNamedFiles(
  store: string,
  caseId: string,
  { rows, copied }: { readonly rows: readonly Row[]; readonly copied: readonly StoredFile[] },
): void {
  const paths = new Set(copied.map(({ path }) => path));
  const missing = rows.flatMap(filesNamedBy).find((path) => !paths.has(path.replaceAll(sep, "/")));
  if (missing === undefined) return;
  throw new DelineateError(
    "file-not-found",
    `cases/${caseId}/${missing} is not in ${store}, and the records name it: no backup was made. Put it there from an earlier backup, or remove that patient.`,
  );
}

/** Paths below the case's folder. */
function filesNamedBy({ table, row }: Row): string[] {
  const { automaticMask, confidence, importedMask, maskFiles, rtstruct, versionMask } = caseFolderAt("");
  const fields = JSON.parse(row);
  if (table === "automatic") return [automaticMask(fields.model_digest), confidence(fields.model_digest)];
  if (table === "imported") return [importedMask(fields.number), `${maskFiles}/${fields.file}`];
  if (table === "versions")
    return [
      rtstruct(fields.number),
      ...fields.structure_ids.map((id: string) => versionMask(fields.number, id)),
    ];
  return [];
}
