/**
 * Where the voxels of a research image (NIfTI, NRRD) lie: its axes run in any direction, and may be left-handed, which a grid
 * of the program's never is. A mask of its CT goes back to its own voxels, so that other programs compare both index by index.
 */
import { dot, length, type PatientPoint, patientPoint, type Vector3, voxelPoint } from "#core/coordinates.ts";
import { type Grid, voxelToPatient } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";

export type Lattice = {
  /** Voxels along the file's three axes, the first fastest in memory. */
  readonly size: Vector3;
  /** LPS millimetres from one voxel centre to the next along each axis. */
  readonly stepsMm: readonly [Vector3, Vector3, Vector3];
  /** LPS centre of the first voxel. */
  readonly origin: PatientPoint;
};

/** The same voxels walked along the patient's x, y and z: the order of an axial DICOM CT. */
type AxialOrder = Lattice & {
  /** Offset in the file's values of the first voxel, and from one to the next along each axis. */
  readonly start: number;
  readonly strides: Vector3;
};

/** Cosine of the largest angle between a file's axis and a patient's for the order of axes to be certain. */
const leastCosine = 0.8;

/** Undefined where the axes lie between the patient's. */
export function axialOrder(lattice: Lattice): AxialOrder | undefined {
  const fileStrides = [1, lattice.size[0], lattice.size[0] * lattice.size[1]];
  const unit: readonly Vector3[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  let origin: Vector3 = lattice.origin;
  let start = 0;
  const order = unit.map((axis) => {
    const cosines = lattice.stepsMm.map((step) => dot(step, axis) / length(step));
    const at = cosines.findIndex((cosine) => Math.abs(cosine) >= leastCosine);
    return { at, reversed: cosines[at] < 0 };
  });
  if (order.some(({ at }) => at < 0) || new Set(order.map(({ at }) => at)).size < 3) return undefined;
  const steps = order.map(({ at, reversed }): Vector3 => {
    const step = lattice.stepsMm[at];
    if (!reversed) return step;
    const last = lattice.size[at] - 1;
    origin = [origin[0] + last * step[0], origin[1] + last * step[1], origin[2] + last * step[2]];
    start += last * fileStrides[at];
    return [-step[0], -step[1], -step[2]];
  });
  return {
    size: order.map(({ at }) => lattice.size[at]) as unknown as Vector3,
    stepsMm: [steps[0], steps[1], steps[2]],
    origin: patientPoint(origin[0], origin[1], origin[2]),
    start,
    strides: order.map(({ at, reversed }) =>
      reversed ? -fileStrides[at] : fileStrides[at],
    ) as unknown as Vector3,
  };
}

/** A mask's voxels as a file holds them: on its own grid, or on the lattice of the image that its CT was made of (ct-from-image.ts). */
export function voxelsOn(mask: Mask, lattice?: Lattice): Lattice & { readonly data: Uint8Array } {
  if (lattice === undefined) return { ...latticeOfGrid(mask.grid), data: mask.data };
  const order = axialOrder(lattice);
  if (order === undefined || order.size.some((count, axis) => count !== mask.grid.size[axis]))
    throw new Error("the mask is not of this image's CT");
  const [ni, nj, nk] = order.size;
  const data = new Uint8Array(mask.data.length);
  for (let k = 0, at = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      let target = order.start + j * order.strides[1] + k * order.strides[2];
      for (let i = 0; i < ni; i++, at++, target += order.strides[0]) data[target] = mask.data[at];
    }
  }
  return { ...lattice, data };
}

function latticeOfGrid(grid: Grid): Lattice {
  const step = (axis: 0 | 1 | 2): Vector3 => {
    const [x, y, z] = grid.axes[axis];
    const mm = grid.spacingMm[axis];
    return [x * mm, y * mm, z * mm];
  };
  return {
    size: grid.size,
    stepsMm: [step(0), step(1), step(2)],
    origin: voxelToPatient(grid, voxelPoint(0, 0, 0)),
  };
}
