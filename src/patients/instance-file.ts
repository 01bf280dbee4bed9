/** One instance in a file: which it is, where its data set begins, and a digest by which the same bytes are known again. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { type DataSet, text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { isUid } from "#dicom/dataset/uid.ts";
import { tags } from "#dicom/dictionary.ts";
import { readDicomHeader } from "./read-dicom-header.ts";

export type InstanceIdentity = {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** Empty where there is none that is valid. */
  readonly studyInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Bytes before the data set. */
  readonly dataSetAt: number;
};

/** Holds what stands before the Series Instance UID, private groups included. */
const headBytes = 256 * 1024;
/** Preamble, "DICM" and the element with the group's length (PS3.10 7.1). */
const beforeMetaBytes = 144;

/** Of its first part; pixels and contours are not read. Throws `not-dicom`, `corrupt-dicom`, and the system's errors. */
export async function identifyInstance(path: string): Promise<InstanceIdentity> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const head = buffer.subarray(0, bytesRead);
    const { dataSet, meta, transferSyntaxUid } = readDicom(head, path, { upTo: tags.SeriesInstanceUID });
    const study = text(dataSet, tags.StudyInstanceUID) ?? "";
    return {
      sopClassUid: uid(dataSet, tags.SOPClassUID),
      sopInstanceUid: uid(dataSet, tags.SOPInstanceUID),
      seriesInstanceUid: uid(dataSet, tags.SeriesInstanceUID),
      studyInstanceUid: isUid(study) ? study : "",
      transferSyntaxUid,
      dataSetAt: meta.size === 0 ? 0 : beforeMetaBytes + metaLength(head),
    };
  } finally {
    await file.close();
  }
}

/** SHA-256 of the data set in hexadecimal digits: who wrote the file's header does not count. */
export async function digestDataSet(path: string, dataSetAt: number): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { start: dataSetAt })) hash.update(chunk);
  return hash.digest("hex");
}

/** As `digestDataSet`, and throws what `identifyInstance` throws. */
export async function digestInstance(path: string): Promise<string> {
  return digestDataSet(path, (await identifyInstance(path)).dataSetAt);
}

/** Of these files by SOP Instance UID, each with its digest when that is asked for; what is less than an instance, as it may come by an upload, is left out. */
export async function instancesOf(
  paths: readonly string[],
): Promise<Map<string, { digest(): Promise<string> }>> {
  const instances = new Map<string, { digest(): Promise<string> }>();
  for (const path of paths) {
    const identity = await identifyInstance(path).catch((error: unknown) => {
      if (!(error instanceof DelineateError)) throw error;
      return undefined;
    });
    if (identity === undefined) continue;
    const { sopInstanceUid, dataSetAt } = identity;
    instances.set(sopInstanceUid, { digest: () => digestDataSet(path, dataSetAt) });
  }
  return instances;
}

/**
 * Of the first whose header can be read: a damaged image must not hold up its series, nor what is sent in its place. Undefined for
 * none. Throws the system's errors.
 */
export async function firstHeader(files: readonly { readonly path: string }[]): Promise<DataSet | undefined> {
  for (const { path } of files) {
    const header = await readDicomHeader(path).catch((error: unknown) => {
      if (!(error instanceof DelineateError)) throw error;
      return undefined;
    });
    if (header !== undefined) return header.dataSet;
  }
  return undefined;
}

function uid(dataSet: DataSet, tag: string): string {
  const value = text(dataSet, tag) ?? "";
  if (isUid(value)) return value;
  throw new DelineateError(
    "corrupt-dicom",
    `An instance has no valid UID in (${tag.slice(0, 4)},${tag.slice(4)}).`,
  );
}

function metaLength(head: Uint8Array): number {
  return new DataView(head.buffer, head.byteOffset).getUint32(beforeMetaBytes - 4, true);
}
