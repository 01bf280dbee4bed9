/** DICOMweb over HTTP (PS3.18 8): paths and answers of contract/workspace/dicom-web.ts. What is found and read is workspace/dicom-web/. */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type DicomWebRoute, dicomWebRoot, dicomWebRoutes } from "#contract/workspace/dicom-web.ts";
import { DelineateError } from "#core/errors.ts";
import { parseQuery } from "#workspace/dicom-web/query.ts";
import {
  bulkDataOf,
  filesOf,
  framesOf,
  locate,
  metadataOf,
  type Part,
} from "#workspace/dicom-web/retrieve.ts";
import { type Level, type Searching, search } from "#workspace/dicom-web/search.ts";
import { openLibrary } from "#workspace/dicom-web/stored-instances.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { type Parameters, ruleOfBytes } from "../routes.ts";

/** Of a request; held in memory. */
const mostFrames = 16;

type Options = {
  /** How browsers reach the server where that is not its own name. */
  readonly publicUrl?: string | undefined;
};
type Asked = FastifyRequest<{ Params: Parameters }>;

export function registerDicomWeb(app: FastifyInstance, workspace: Workspace, { publicUrl }: Options): void {
  const library = openLibrary(workspace);
  const searchingFor = ({ protocol, host }: FastifyRequest): Searching => ({
    workspace,
    library,
    // The host is one that the guard lets in.
    root: `${publicUrl?.replace(/\/+$/, "") ?? `${protocol}://${host}`}${dicomWebRoot}`,
  });
  const get = (
    name: DicomWebRoute,
    answer: (request: Asked, reply: FastifyReply) => Promise<unknown>,
  ): void => {
    app.get<{ Params: Parameters }>(
      dicomWebRoutes[name],
      { config: ruleOfBytes(name) },
      async (request, reply) => {
        checkUids(request.params);
        return answer(request, reply);
      },
    );
  };

  const searches: readonly (readonly [DicomWebRoute, Level])[] = [
    ["searchStudies", "study"],
    ["searchSeries", "series"],
    ["searchSeriesOfStudy", "series"],
    ["searchInstances", "instance"],
    ["searchInstancesOfStudy", "instance"],
    ["searchInstancesOfSeries", "instance"],
  ];
  for (const [name, level] of searches)
    get(name, async (request, reply) => {
      const query = parseQuery(new URLSearchParams(request.url.split("?")[1] ?? ""));
      const { study, series } = request.params;
      const answer = await search(searchingFor(request), { level, scope: { study, series }, query });
      if (answer.more) reply.header("warning", '299 delineate "There are more results: ask with offset."');
      return sendJson(reply, JSON.stringify(answer.results));
    });

  for (const name of ["retrieveStudy", "retrieveSeries", "retrieveInstance"] as const)
    get(name, async (request, reply) => {
      const instances = await locate(searchingFor(request), placeOf(request));
      return sendParts(reply, "application/dicom", filesOf(instances));
    });

  for (const name of ["studyMetadata", "seriesMetadata", "instanceMetadata"] as const)
    get(name, async (request, reply) => {
      const searching = searchingFor(request);
      const instances = await locate(searching, placeOf(request));
      return sendJson(reply, Readable.from(metadataOf(instances, searching.root)));
    });

  get("retrieveFrames", async (request, reply) => {
    const [instance] = await locate(searchingFor(request), placeOf(request));
    const wanted = framesAsked(request.params.frames);
    const parts = await framesOf(instance, wanted, request.headers.accept ?? "");
    return sendParts(reply, parts[0].type, parts);
  });
  get("retrieveBulkData", async (request, reply) => {
    const [instance] = await locate(searchingFor(request), placeOf(request));
    const parts = await bulkDataOf(instance, request.params.tag, request.headers.accept ?? "");
    return sendParts(reply, parts[0].type, parts);
  });
}

function placeOf({ params: { study, series, instance } }: Asked) {
  return { study, series, instance };
}

/** Throws `not-found` for what can be none. */
function checkUids({ study, series, instance, tag }: Parameters): void {
  const wrong = [study, series, instance].some((uid) => uid !== undefined && !/^[\d.]{1,64}$/.test(uid));
  if (wrong || (tag !== undefined && !/^[\dA-F]{8}$/.test(tag)))
    throw new DelineateError("not-found", "There is nothing at this address.");
}

/** Throws `usage`. */
function framesAsked(text: string): number[] {
  const frames = text.split(",").map(Number);
  if (frames.every((frame) => Number.isInteger(frame) && frame > 0) && frames.length <= mostFrames)
    return frames;
  throw new DelineateError(
    "usage",
    `Expected at most ${mostFrames} frames, numbers from 1 with commas between them.`,
  );
}

function sendJson(reply: FastifyReply, json: string | Readable): FastifyReply {
  return reply.type("application/dicom+json").send(json);
}

/** One part after another, read when the one before is on its way (RFC 2387). */
function sendParts(
  reply: FastifyReply,
  type: string,
  parts: Iterable<Part> | AsyncIterable<Part>,
): FastifyReply {
  const boundary = randomUUID();
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const { type: partType, bytes } of parts) {
      yield Buffer.from(
        `--${boundary}\r\nContent-Type: ${partType}\r\nContent-Length: ${bytes.length}\r\n\r\n`,
      );
      yield bytes;
      yield Buffer.from("\r\n");
    }
    yield Buffer.from(`--${boundary}--\r\n`);
  }
  const [media] = type.split(";");
  return reply
    .type(`multipart/related; type="${media}"; boundary=${boundary}`)
    .send(Readable.from(body(), { objectMode: false }));
}
