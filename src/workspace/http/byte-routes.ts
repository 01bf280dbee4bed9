/** Routes whose answers are bytes: slices, confidence, masks, the signed file; and files on their way in. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import type { ModelFacts } from "#contract/workspace/model-facts.ts";
import { DelineateError } from "#core/errors.ts";
import { freeImageSize } from "#engine/onnx-file.ts";
import { readStoredSlices } from "#patients/ct-store.ts";
import { programVersion } from "#platform/version.ts";
import { auditLines } from "#workspace/accounts/audit.ts";
import { createDeidentify } from "#workspace/export/deidentified-export.ts";
import { automaticBySource, caseRow } from "#workspace/records/case-rows.ts";
import { findForPage } from "#workspace/records/models.ts";
import { studyCsv } from "#workspace/records/study.ts";
import { receiveFile } from "#workspace/records/uploads.ts";
import { versionFile } from "#workspace/records/versions.ts";
import { versionReport } from "#workspace/report/version-report.ts";
import { deflatedMask } from "#workspace/reviews/mask-sources.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { checkIds, type Parameters, ruleOfBytes } from "./routes.ts";

/** At most this many slices a request: the answer is held in memory. */
const mostSlices = 64;

export function registerByteRoutes(app: FastifyInstance, workspace: Workspace): void {
  registerVoxels(app, workspace);
  registerFiles(app, workspace);
  registerUploads(app, workspace);
}

function registerVoxels(app: FastifyInstance, workspace: Workspace): void {
  const { db, files, folderOf } = workspace;

  app.get<{ Params: Parameters; Querystring: { slices?: string } }>(
    byteRoutes.ct,
    { config: ruleOfBytes("ct") },
    async (request, reply) => {
      const { caseId } = checkIds(request.params);
      const row = await caseRow(db, caseId);
      if (!row.ct_ready) {
        throw new DelineateError(
          "not-ready",
          row.failure ?? "The CT is still being read; it can be opened in a moment.",
        );
      }
      const slices = parseSlices(request.query.slices, row.grid.size[2]);
      const parts: Uint8Array[] = [];
      const { ct } = folderOf(caseId);
      await files.stage(caseId, ct);
      for (const { k, bytes } of await readStoredSlices(ct, slices)) {
        const head = Buffer.alloc(8);
        head.writeUInt32LE(k, 0);
        head.writeUInt32LE(bytes.length, 4);
        parts.push(head, bytes);
      }
      return sendBytes(reply, Buffer.concat(parts));
    },
  );

  app.get<{ Params: Parameters }>(
    byteRoutes.confidence,
    { config: ruleOfBytes("confidence") },
    async (request, reply) => {
      const { caseId, sourceId } = checkIds(request.params);
      const { model_digest } = await automaticBySource(db, caseId, sourceId);
      const path = folderOf(caseId).confidence(model_digest);
      await files.stage(caseId, path);
      return sendBytes(reply, createReadStream(path));
    },
  );

  app.get<{ Params: Parameters }>(
    byteRoutes.mask,
    { config: ruleOfBytes("mask") },
    async (request, reply) => {
      const { caseId, sourceId } = checkIds(request.params);
      return sendBytes(reply, await deflatedMask(workspace, caseId, sourceId));
    },
  );
}

function registerFiles(app: FastifyInstance, workspace: Workspace): void {
  app.get<{ Params: Parameters }>(
    byteRoutes.rtstruct,
    { config: ruleOfBytes("rtstruct") },
    async (request, reply) => {
      const { caseId, number } = checkIds(request.params);
      const { path, name } = await versionFile(workspace, caseId, Number(number));
      reply.header("content-disposition", `attachment; filename="${name}"`);
      reply.type("application/dicom");
      return reply.send(await readFile(path));
    },
  );

  const deidentify = createDeidentify(workspace);
  app.post<{ Params: Parameters }>(
    byteRoutes.deidentified,
    { config: ruleOfBytes("deidentified") },
    async (request, reply) => {
      const { caseId, number } = checkIds(request.params);
      const { content, name } = await deidentify(caseId, Number(number));
      reply.header("content-disposition", `attachment; filename="${name}"`);
      return reply.type("application/zip").send(content);
    },
  );

  app.get<{ Params: Parameters }>(
    byteRoutes.report,
    { config: ruleOfBytes("report") },
    async (request, reply) => {
      const { caseId, number } = checkIds(request.params);
      const { html, name } = await versionReport(workspace, caseId, Number(number));
      reply.header("content-disposition", `attachment; filename="${name}"`);
      return reply.type("text/html; charset=utf-8").send(html);
    },
  );

  app.get<{ Params: Parameters }>(
    byteRoutes.modelFacts,
    { config: ruleOfBytes("modelFacts") },
    async (request): Promise<ModelFacts> => {
      const { digest, metadata } = await findForPage(workspace.models, request.params.modelId);
      return { digest, metadata, programVersion };
    },
  );

  app.get<{ Params: Parameters }>(
    byteRoutes.model,
    { config: ruleOfBytes("model") },
    async (request, reply) => {
      const { path } = await findForPage(workspace.models, request.params.modelId);
      // As the program itself opens it: a page contours the same part of a slice.
      return sendBytes(reply, Buffer.from(freeImageSize(await readFile(path))));
    },
  );

  app.get(byteRoutes.studyCsv, { config: ruleOfBytes("studyCsv") }, async (_, reply) => {
    reply.header("content-disposition", 'attachment; filename="study.csv"');
    return reply.type("text/csv; charset=utf-8").send(await studyCsv(workspace));
  });

  app.get(byteRoutes.auditFile, { config: ruleOfBytes("auditFile") }, async (_, reply) => {
    reply.header("content-disposition", 'attachment; filename="audit.jsonl"');
    return reply.type("application/jsonl").send(Readable.from(auditLines(workspace.db)));
  });
}

function registerUploads(app: FastifyInstance, workspace: Workspace): void {
  app.register(async (uploads) => {
    // The body is a stream: it is never held in memory, and its type does not matter.
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser("*", (_request, _payload, done) => done(null));
    uploads.put<{ Params: Parameters; Querystring: { path?: string } }>(
      byteRoutes.uploadFile,
      // A CT is a thousand requests; what an upload may hold is bounded by itself.
      { config: { ...ruleOfBytes("uploadFile"), rateLimit: false } },
      async (request, reply) => {
        const { uploadId } = checkIds(request.params);
        const file = {
          path: request.query.path ?? "",
          content: request.raw,
          announcedBytes: Number(request.headers["content-length"] ?? 0),
        };
        await receiveFile(workspace, uploadId, file);
        return reply.send({});
      },
    );
  });
}

function sendBytes(reply: FastifyReply, bytes: Uint8Array | NodeJS.ReadableStream): FastifyReply {
  return reply.type("application/octet-stream").send(bytes);
}

/** Throws `usage`. */
function parseSlices(text: string | undefined, count: number): number[] {
  const slices = (text ?? "").split(",").map(Number);
  const wrong = slices.some((k) => !Number.isInteger(k) || k < 0 || k >= count);
  if (text === undefined || text === "" || wrong || slices.length > mostSlices) {
    throw new DelineateError(
      "usage",
      `Expected ?slices= with at most ${mostSlices} numbers from 0 to ${count - 1}, with commas between them.`,
    );
  }
  return slices;
}
