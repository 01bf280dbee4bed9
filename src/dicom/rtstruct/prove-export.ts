/** The proof before delivery: what was written is read back, rasterised and compared with the mask that made it. */
import { DelineateError } from "#core/errors.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { countVoxels, type Mask, volumeCc } from "#geometry/mask.ts";
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
    if (roi === undefined) throw failed(name, "the ROI is not in the file");
    const back = rasteriseRoi(roi, ct.grid, ct.slices).mask;
    let both = 0;
    let differingVoxels = 0;
    for (let index = 0; index < mask.data.length; index++) {
      both += mask.data[index] & back.data[index];
      differingVoxels += mask.data[index] ^ back.data[index];
    }
    const sum = countVoxels(mask) + countVoxels(back);
    if (differingVoxels > 0) throw failed(name, `${differingVoxels} voxels differ after reading it back`);
    return {
      roi: name,
      dsc: sum === 0 ? 1 : (2 * both) / sum,
      volumeCc: volumeCc(mask),
      readBackVolumeCc: volumeCc(back),
      differingVoxels,
    };
  });
}

function failed(name: string, what: string): DelineateError {
  return new DelineateError(
    "proof-failed",
    `The structure set was not delivered: ${name}: ${what}. Please report this.`,
  );
}
