/** A research image (NIfTI, NRRD): where its voxels lie, and its labels with their volumes, or its range of values. */
import { dot, type Vector3 } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding, findingIn } from "#core/findings.ts";
import { type LabelImage, mostLabels, rightHandedGrid } from "#formats/label-image.ts";
import { type Grid, voxelVolumeCc } from "#geometry/grid.ts";
import { openMaskFile } from "#patients/masks/load-masks.ts";

export type ImageReport = {
  readonly file: string;
  /** Voxels along the file's own axes, the first fastest in memory. */
  readonly size: Vector3;
  readonly spacingMm: Vector3;
  /** The side of the patient towards which each axis runs, about: "LPS" as in an axial DICOM CT. */
  readonly axes: string;
  readonly values: { readonly least: number; readonly greatest: number };
  /** Undefined where the values are those of an image. */
  readonly labels: readonly LabelReport[] | undefined;
};

type LabelReport = { readonly value: number; readonly name: string; readonly volumeCc: number };

/** One report a volume or layer of the file. None for one that cannot be read: why is added to `findings`. */
export async function describeImage(path: string, findings: Finding[]): Promise<ImageReport[]> {
  try {
    const file = await openMaskFile(path);
    if (file.format !== "nifti" && file.format !== "nrrd") return [];
    return file.images.map((image) => {
      // What no reader takes has no volumes: it throws.
      const { grid } = rightHandedGrid(image);
      findings.push(...image.findings.map((item) => findingIn(path, item)));
      return describe(path, image, grid);
    });
  } catch (error) {
    if (!(error instanceof DelineateError)) throw error;
    findings.push(finding("warning", error.code, error.message.replace(`${path}: `, ""), path));
    return [];
  }
}

function describe(file: string, image: LabelImage, grid: Grid): ImageReport {
  const { size, stepsMm, values } = image;
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const axes = stepsMm.map(sideOf).join("");
  const labels = labelsOf(image, voxelVolumeCc(grid));
  return { file, size, spacingMm: grid.spacingMm, axes, values: { least, greatest }, labels };
}

const sides = [
  [1, 0, 0, "L"],
  [-1, 0, 0, "R"],
  [0, 1, 0, "P"],
  [0, -1, 0, "A"],
  [0, 0, 1, "S"],
  [0, 0, -1, "I"],
] as const;

function sideOf(step: Vector3): string {
  const along = sides.map(([x, y, z]) => dot(step, [x, y, z]));
  return sides[along.indexOf(Math.max(...along))][3];
}

/** Those above 0 that a voxel has or that are named, in ascending order. */
function labelsOf({ values, names }: LabelImage, voxelCc: number): LabelReport[] | undefined {
  const voxels = new Map([...names.keys()].map((value) => [value, 0]));
  for (const value of values) {
    if (!(value >= 0 && Number.isInteger(value))) return undefined;
    if (value > 0) voxels.set(value, (voxels.get(value) ?? 0) + 1);
    if (voxels.size > mostLabels) return undefined;
  }
  return [...voxels]
    .filter(([value]) => value > 0)
    .sort(([a], [b]) => a - b)
    .map(([value, count]) => ({ value, name: names.get(value) ?? "", volumeCc: count * voxelCc }));
}
