/**
 * Letters for directions in the patient (DICOM PS3.3 C.7.6.1.1.1): R/L, A/P, and for the long axis F/H in DICOM, I/S on the
 * screens of planning systems, which we follow. Oblique directions get up to three letters, the largest part first.
 */
import type { Vector3 } from "#core/coordinates.ts";
import type { Grid } from "#geometry/grid.ts";
import type { PlaneGeometry } from "./plane-geometry.ts";

/** In LPS: the letters of the negative and the positive direction of x, y and z. */
const letters = [
  ["R", "L"],
  ["A", "P"],
  ["I", "S"],
] as const;

/** sin(10 degrees): a smaller part of a direction is not worth a letter. */
const smallestPart = 0.1736;

/** Letters of a unit vector in LPS, such as "P", or "PS" for one that is tilted to the head. */
export function directionLetters(direction: Vector3): string {
  return [0, 1, 2]
    .filter((axis) => Math.abs(direction[axis]) >= smallestPart)
    .sort((a, b) => Math.abs(direction[b]) - Math.abs(direction[a]))
    .map((axis) => letters[axis][direction[axis] > 0 ? 1 : 0])
    .join("");
}

const planeNames = { axial: "Axial", coronal: "Coronal", sagittal: "Sagittal" } as const;

/** What a plane is in the patient, whatever the grid calls it: the stored slices of a sagittal series are sagittal. */
export function planeName(grid: Grid, geometry: PlaneGeometry): string {
  const [x, y, z] = grid.axes[geometry.axes[2]].map(Math.abs);
  return planeNames[z >= x && z >= y ? "axial" : y >= x ? "coronal" : "sagittal"];
}

type EdgeLetters = {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
};

/** What lies beyond each edge of a plane's image. */
export function edgeLetters(grid: Grid, geometry: PlaneGeometry): EdgeLetters {
  const along = grid.axes[geometry.axes[0]];
  const down = geometry.vUp ? opposite(grid.axes[geometry.axes[1]]) : grid.axes[geometry.axes[1]];
  return {
    left: directionLetters(opposite(along)),
    right: directionLetters(along),
    top: directionLetters(opposite(down)),
    bottom: directionLetters(down),
  };
}

function opposite([x, y, z]: Vector3): Vector3 {
  return [-x, -y, -z];
}
