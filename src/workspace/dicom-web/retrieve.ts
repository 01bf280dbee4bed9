/** Retrieving of the workspace (WADO-RS, PS3.18 10.4): files, their metadata, frames and other long values, as they are stored. */
import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { number } from "#dicom/dataset/dataset.ts";
import { type DicomFile, readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import { type Described, metadataOfFile } from "./metadata.ts";
import { addressOf, instancesOf, type Searching } from "./search.ts";
import type { StoredInstance } from "./stored-instances.ts";

/** A study, of it a series, of that an instance. */
type Place = {
  readonly study: string;
  readonly series?: string | undefined;
  readonly instance?: string | undefined;
};

/** One part of an answer. */
export type Part = { readonly type: string; readonly bytes: Uint8Array };

/** Their files are on this machine. Throws `not-found`, and what the file store throws. */
export async function locate(
  { workspace: { db }, library }: Searching,
  { study, series, instance }: Place,
): Promise<StoredInstance[]> {
  const rows = await db
    .selectFrom("cases")
    .select("id")
    .where("study_uid", "=", study)
    .orderBy("received_at", "desc")
    .execute();
  const caseIds = study === "" ? [] : rows.map(({ id }) => id);
  const instances = (await instancesOf(library, { study, caseIds })).filter(
    (candidate) =>
      (series === undefined || candidate.series === series) &&
      (instance === undefined || candidate.instance === instance),
  );
  if (instances.length === 0)
    throw new DelineateError("not-found", "There is no such study, series or instance in this workspace.");
  await library.stage(instances);
  return instances;
}

/** Files one after another, byte for byte: each says its own transfer syntax. */
export async function* filesOf(instances: readonly StoredInstance[]): AsyncGenerator<Part> {
  for (const { path } of instances) yield { type: "application/dicom", bytes: await readFile(path) };
}

/** A JSON array, an instance at a time; contours are told on a thread of their own. */
export async function* metadataOf(
  instances: readonly StoredInstance[],
  root: string,
): AsyncGenerator<string> {
  const module = new URL("./metadata.worker.ts", import.meta.url);
  let before = "[";
  for (const instance of instances) {
    const { path, transferSyntax, isCt } = instance;
    const described: Described = { path, transferSyntax, address: addressOf(root, instance) };
    const text = isCt
      ? await metadataOfFile(described)
      : (await runInWorkers<Described, string>(module, [described], { workers: 1 }))[0];
    yield before + text;
    before = ",";
  }
  yield "]";
}

/** Media types of compressed frames (PS3.18 table 8.7.3-5). */
const mediaTypes: Readonly<Record<string, string | undefined>> = {
  "1.2.840.10008.1.2.5": "image/dicom-rle",
  "1.2.840.10008.1.2.4.50": "image/jpeg",
  "1.2.840.10008.1.2.4.51": "image/jpeg",
  "1.2.840.10008.1.2.4.57": "image/jpeg",
  "1.2.840.10008.1.2.4.70": "image/jpeg",
  "1.2.840.10008.1.2.4.80": "image/jls",
  "1.2.840.10008.1.2.4.81": "image/jls",
  "1.2.840.10008.1.2.4.90": "image/jp2",
  "1.2.840.10008.1.2.4.91": "image/jp2",
  "1.2.840.10008.1.2.4.201": "image/jphc",
  "1.2.840.10008.1.2.4.202": "image/jphc",
  "1.2.840.10008.1.2.4.203": "image/jphc",
};
const octets = "application/octet-stream";

/**
 * `wanted`: numbers from 1. `accept`: of the request. Throws `not-found` for a frame that is not there, `not-acceptable` where the
 * frames are compressed and whoever asks does not take them so: nothing is decoded here.
 */
export async function framesOf(
  { path, transferSyntax }: StoredInstance,
  wanted: readonly number[],
  accept: string,
): Promise<Part[]> {
  const file = readDicom(await readFile(path), "The instance");
  const frames = wanted.map((frame) => frameOf(file, frame));
  if (file.compressedFrames === undefined) return frames.map((bytes) => ({ type: plainType, bytes }));
  const type = mediaTypes[transferSyntax] ?? octets;
  const taken = [type, "transfer-syntax=*", `transfer-syntax=${transferSyntax}`, "*/*"];
  if (accept !== "" && !taken.some((mediaType) => accept.includes(mediaType)))
    throw new DelineateError(
      "not-acceptable",
      `These frames are stored as ${transferSyntax}: ask for ${type}, or for any transfer syntax.`,
    );
  return frames.map((bytes) => ({ type: `${type}; transfer-syntax=${transferSyntax}`, bytes }));
}

/** Uncompressed pixels are little endian, however the file has them. */
const plainType = `${octets}; transfer-syntax=${transferSyntaxes.explicitLittleEndian}`;

function frameOf({ dataSet, compressedFrames }: DicomFile, frame: number): Uint8Array {
  const [rows, columns, bits, samples = 1] = [
    tags.Rows,
    tags.Columns,
    tags.BitsAllocated,
    tags.SamplesPerPixel,
  ].map((tag) => number(dataSet, tag));
  const frameBits = (rows ?? 0) * (columns ?? 0) * (bits ?? 0) * samples;
  const pixels = dataSet.get(tags.PixelData)?.bytes;
  const at = ((frame - 1) * frameBits) / 8;
  if (compressedFrames?.[frame - 1] !== undefined) return compressedFrames[frame - 1];
  if (compressedFrames !== undefined || pixels === undefined || frameBits === 0)
    throw new DelineateError("not-found", "The instance has no such frame.");
  // Of segmentations: one begins amid a byte of the one before.
  if (frameBits % 8 !== 0)
    throw new DelineateError(
      "unsupported-pixels",
      "These frames do not end with a byte: retrieve the instance.",
    );
  if (frame < 1 || at + frameBits / 8 > pixels.length)
    throw new DelineateError("not-found", "The instance has no such frame.");
  return pixels.subarray(at, at + frameBits / 8);
}

/** The value of an element; of compressed pixels each frame. Throws `not-found`. */
export async function bulkDataOf(instance: StoredInstance, tag: string, accept: string): Promise<Part[]> {
  const { dataSet, compressedFrames } = readDicom(await readFile(instance.path), "The instance");
  if (tag === tags.PixelData && compressedFrames !== undefined)
    return framesOf(
      instance,
      compressedFrames.map((_, at) => at + 1),
      accept,
    );
  const element = dataSet.get(tag);
  if (element === undefined || element.items !== undefined)
    throw new DelineateError("not-found", "The instance has no such value.");
  return [{ type: plainType, bytes: element.bytes }];
}
