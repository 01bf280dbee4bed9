/** Masks by the ids that the contract gives them: automatic, imported, signed, or under review right now. */
import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { automaticBySource } from "#workspace/records/case-rows.ts";
import type { Workspace } from "#workspace/workspace.ts";
import type { StructureRow } from "./replay.ts";

/** Raw deflate of one byte per voxel. Throws `not-found`. */
export async function deflatedMask(
  workspace: Workspace,
  caseId: string,
  sourceId: string,
): Promise<Uint8Array> {
  const path = await fileOf(workspace, caseId, sourceId);
  if (path !== undefined) {
    await workspace.files.stage(caseId, path);
    return readFile(path);
  }
  return workspace.liveMasks.deflated(caseId, await structureOf(workspace, caseId, sourceId));
}

async function fileOf(workspace: Workspace, caseId: string, sourceId: string): Promise<string | undefined> {
  const { db } = workspace;
  const folder = workspace.folderOf(caseId);
  const [kind, first = "", second = ""] = sourceId.split(":");
  if (kind === "automatic")
    return folder.automaticMask((await automaticBySource(db, caseId, sourceId)).model_digest);
  const number = /^\d{1,6}$/.test(first) ? Number(first) : -1;
  if (kind === "imported") {
    const rows = db.selectFrom("imported").select("number").where("case_id", "=", caseId);
    if ((await rows.where("number", "=", number).executeTakeFirst()) !== undefined)
      return folder.importedMask(number);
  }
  if (kind === "version") {
    const rows = db.selectFrom("versions").select("structure_ids").where("case_id", "=", caseId);
    const row = await rows.where("number", "=", number).executeTakeFirst();
    if (row?.structure_ids.includes(second)) return folder.versionMask(number, second);
  }
  if (kind === "structure") return undefined;
  throw noSuchMask();
}

async function structureOf(workspace: Workspace, caseId: string, sourceId: string): Promise<StructureRow> {
  const structureId = sourceId.slice("structure:".length);
  const rows = await workspace.db
    .selectFrom("structures")
    .innerJoin("reviews", "reviews.id", "structures.review_id")
    .where("reviews.case_id", "=", caseId)
    .selectAll("structures")
    .execute();
  const row = rows.find(({ id }) => id === structureId);
  if (row === undefined) throw noSuchMask();
  return row;
}

function noSuchMask(): DelineateError {
  return new DelineateError("not-found", "Contour not found.");
}
