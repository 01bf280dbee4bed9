/** A DICOM segmentation with the volumes of its segments, which have voxels of their own. */
import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding, findingIn } from "#core/findings.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { readSegmentation } from "#dicom/seg/read-seg.ts";
import { volumeCc } from "#geometry/mask.ts";

export type SegmentationReport = {
  readonly file: string;
  readonly segments: readonly {
    readonly name: string;
    readonly type: string;
    readonly algorithm: string;
    readonly volumeCc: number;
  }[];
};

/** Undefined for one that cannot be read, which is added to `findings` as what speaks against it. */
export async function describeSegmentation(
  path: string,
  findings: Finding[],
): Promise<SegmentationReport | undefined> {
  try {
    const { segments, findings: segmentationFindings } = readSegmentation(
      readDicom(await readFile(path), path),
      path,
    );
    findings.push(...segmentationFindings.map((item) => findingIn(path, item)));
    return {
      file: path,
      segments: segments.map(({ name, interpretedType, algorithm, mask }) => ({
        name,
        type: interpretedType,
        algorithm,
        volumeCc: volumeCc(mask),
      })),
    };
  } catch (error) {
    if (!(error instanceof DelineateError)) throw error;
    findings.push(finding("warning", error.code, error.message, path));
    return undefined;
  }
}
