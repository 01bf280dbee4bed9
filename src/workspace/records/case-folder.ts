/** Where a workspace keeps the files of a case, and masks as files: raw deflate of one byte per voxel, i fastest. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, deflateRaw, inflateRaw } from "node:zlib";
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { writeFileAtomic } from "#platform/write-file.ts";

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

export type CaseFolder = ReturnType<typeof caseFolder>;

/** `cases` is the folder of all cases. */
export function caseFolder(cases: string, caseId: string) {
  return caseFolderAt(join(cases, caseId));
}

/** The same places below any folder. */
export function caseFolderAt(root: string) {
  const automatic = (digest: string): string => join(root, "automatic", digest.slice(0, 16));
  return {
    root,
    /** The CT's files as they came. */
    dicom: join(root, "dicom"),
    /** Structure sets and segmentations that came with it. */
    maskFiles: join(root, "mask-files"),
    /** patients/ct-store.ts */
    ct: join(root, "ct"),
    confidence: (digest: string) => join(automatic(digest), "confidence.bin"),
    automaticMask: (digest: string) => join(automatic(digest), "mask.bin"),
    /** Of the automatic contour, once it was to be sent. */
    automaticRtstruct: (digest: string) => join(automatic(digest), "rtstruct.dcm"),
    importedMask: (number: number) => join(root, "imported", `${number}.bin`),
    rtstruct: (version: number) => join(root, "versions", `${version}.dcm`),
    versionMask: (version: number, structureId: string) =>
      join(root, "versions", String(version), `${structureId}.bin`),
  } as const;
}

/** One byte a voxel, deflated: masks and confidences are mostly runs. */
export async function writeVoxelBytes(path: string, data: Uint8Array): Promise<void> {
  await writeFileAtomic(path, await deflateVoxels(data), { force: true });
}

export function deflateVoxels(data: Uint8Array): Promise<Buffer> {
  return deflate(data, { level: 1, strategy: constants.Z_RLE });
}

/** A mask file of this grid. Throws the system's errors: the row that speaks of a file is written after it. */
export async function readMaskFile(path: string, grid: Grid): Promise<Mask> {
  const bytes = await inflate(await readFile(path));
  // No Buffer: its `slice` is a view where a mask's must be a copy.
  return { grid, data: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
}
