/** The proof before delivery: what was written is read back, rasterised and compared with the mask that made it. */
import { DelineateError } from "#core/errors.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { voxelVolumeCc } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { rasteriseRoi } from "./rasterise-roi.ts";
import { readStructureSet } from "./read-rtstruct.ts";

export type Proof = {
  readonly roi: string;
  /** 1 exactly, or the file is not delivered: tracing along voxel edges loses nothing. */
  readonly dsc: number;
  readonly volumeCc: number;
  readonly readBackVolumeCc: number;
  readonly differingVoxels: number;
};

/** Throws `proof-failed` if a mask does not come back voxel by voxel. */
export function proveRtstruct(
  file: Uint8Array,
  ct: CtReference,
  rois: readonly { readonly name: string; readonly mask: Mask }[],
): Proof[] {
  const set = readStructureSet(readDicom(file, "the structure set just written").dataSet);
  return rois.map(({ name, mask }) => {
    const roi = set.rois.find((candidate) => candidate.name === name);
    if (roi === undefined) throw proofFailed(name, "the ROI is not in the file");
    return proveMask(name, mask, rasteriseRoi(roi, ct.grid, ct.slices).mask);
  });
}

/** Of one mask, whatever the format; both on one grid. Throws `proof-failed` if a voxel differs. */
export function proveMask(roi: string, mask: Mask, back: Mask): Proof {
  const { counts, dsc } = volumeOverlap(mask, back);
  const differingVoxels = counts.falsePositives + counts.falseNegatives;
  const cc = voxelVolumeCc(mask.grid);
  if (differingVoxels > 0) throw proofFailed(roi, `${differingVoxels} voxels differ after reading it back`);
  return {
    roi,
    // Nothing that comes back as nothing is whole.
    dsc: dsc ?? 1,
    volumeCc: (counts.truePositives + counts.falseNegatives) * cc,
    readBackVolumeCc: (counts.truePositives + counts.falsePositives) * cc,
    differingVoxels,
  };
}

export function proofFailed(name: string, what: string): DelineateError {
  return new DelineateError(
    "proof-failed",
    `The file was not delivered: ${name}: ${what}. Please report this.`,
  );
}
