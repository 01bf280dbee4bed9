/**
 * A CT as the workspace keeps it beside the DICOM files: its slices one by one in one file, each raw deflate of
 * geometry/slice-codec.ts, so that the browser can be sent any of them as they lie on the disk; and what a structure set
 * refers to. Lossless. Derived: it can be made again from the DICOM files.
 */
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, deflateRaw, inflateRaw } from "node:zlib";
import { z } from "zod";
import { begunAhead } from "#core/begun-ahead.ts";
import type { CtReference, CtVolume } from "#dicom/ct/ct-volume.ts";
import type { DataSet } from "#dicom/dataset/dataset.ts";
import { predictSlice, restoreSlice } from "#geometry/slice-codec.ts";
import { type OwnJson, parseOwnJson } from "#platform/own-json.ts";
import { writeFileAtomic } from "#platform/write-file.ts";

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);
/** zlib's threads pack slices while this one predicts the next: so many keep all four busy. */
const atOnce = 4;

/**
 * What is left of a predicted slice is noise: runs of one byte are all that repeats. Half the time of looking for longer matches, and 2 %
 * smaller than with them on two planning CTs.
 */
const compression = { level: 3, strategy: constants.Z_RLE };

const slicesFile = "slices.bin";
const referenceFile = "reference.json";

const identitySchema = z.object({ identity: z.array(z.tuple([z.string(), z.string(), z.string()])) });
type StoredReference = Omit<CtReference, "identity"> & z.output<typeof identitySchema>;
const storedReference: OwnJson<StoredReference> = {
  // Written by this program alone: what holds an identity has its shape.
  schema: z.custom<StoredReference>((value) => identitySchema.safeParse(value).success),
  said: "what the CT's contours refer to",
  remedy: "Remove the patient, and upload the files again.",
  code: "file-unreadable",
};

/** Writes both files into `folder`; ones that are there are replaced. */
export async function writeCtStore(folder: string, ct: CtVolume): Promise<void> {
  const [width, height, count] = ct.grid.size;
  const area = width * height;
  const slices: Buffer[] = [];
  const pack = (k: number) =>
    deflate(predictSlice(ct.hu.subarray(k * area, (k + 1) * area), width), compression);
  for await (const packed of begunAhead([...Array(count).keys()], atOnce, pack)) slices.push(packed);
  const index = new Uint32Array([count, ...slices.map(({ length }) => length)]);
  await writeFileAtomic(join(folder, slicesFile), Buffer.concat([new Uint8Array(index.buffer), ...slices]), {
    force: true,
  });
  const { hu: _, identity, ...reference } = ct;
  const stored = {
    ...reference,
    identity: [...identity].map(([tag, { vr, bytes }]) => [tag, vr, Buffer.from(bytes).toString("base64")]),
  };
  await writeFileAtomic(join(folder, referenceFile), JSON.stringify(stored), { force: true });
}

/** What was written: the grid, the slices' UIDs, the identity byte for byte. Throws `file-unreadable` for a damaged file. */
export async function readCtReference(folder: string): Promise<CtReference> {
  const path = join(folder, referenceFile);
  const { identity, ...reference } = parseOwnJson(await readFile(path, "utf8"), path, storedReference);
  const elements: DataSet = new Map(
    identity.map(([tag, vr, bytes]) => [tag, { vr, bytes: new Uint8Array(Buffer.from(bytes, "base64")) }]),
  );
  return { ...reference, identity: elements };
}

/** All of it again, voxels included. */
export async function readCtStore(folder: string): Promise<CtVolume> {
  const reference = await readCtReference(folder);
  const [width, height, count] = reference.grid.size;
  const hu = new Int16Array(width * height * count);
  const slices = await readStoredSlices(folder, [...Array(count).keys()]);
  let at = 0;
  for await (const bytes of begunAhead(slices, atOnce, ({ bytes }) => inflate(bytes))) {
    hu.set(restoreSlice(bytes, width), at);
    at += width * height;
  }
  return { ...reference, hu };
}

type StoredSlice = { readonly k: number; readonly bytes: Uint8Array };

/** The asked slices, still compressed, in that order; numbers that the CT does not have are left out. */
export async function readStoredSlices(folder: string, indices: readonly number[]): Promise<StoredSlice[]> {
  const file = await open(join(folder, slicesFile));
  try {
    const [count] = await readWords(1, 0);
    const lengths = await readWords(count, 4);
    const starts: number[] = [];
    let at = 4 * (count + 1);
    for (const length of lengths) {
      starts.push(at);
      at += length;
    }
    const slices: StoredSlice[] = [];
    for (const k of indices.filter((slice) => slice < count)) {
      const bytes = new Uint8Array(lengths[k]);
      await file.read(bytes, 0, bytes.length, starts[k]);
      slices.push({ k, bytes });
    }
    return slices;
  } finally {
    await file.close();
  }

  async function readWords(words: number, position: number): Promise<Uint32Array> {
    const bytes = new Uint8Array(4 * words);
    await file.read(bytes, 0, bytes.length, position);
    return new Uint32Array(bytes.buffer);
  }
}
