/**
 * Margins as plastimatch makes them: its distance map of the mask, thresholded at the margin. Plastimatch measures from the
 * mask's outermost voxel centres inwards or outwards of the true border, so the two differ by up to half a voxel: isotropic a
 * quarter of a millimetre of surface, on slices of 5 mm the half slice that a margin of voxel centres leaves out above the tumour.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { patientPoint, type Vector3 } from "../src/core/coordinates.ts";
import { writeNrrd } from "../src/formats/nrrd.ts";
import { createGrid } from "../src/geometry/grid.ts";
import { expandMargin, uniformMargin } from "../src/geometry/margins.ts";
import { countVoxels, emptyMask, type Mask } from "../src/geometry/mask.ts";
import { judge } from "./judge.ts";

const folder = mkdtempSync(join(tmpdir(), "margins-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function ellipsoid(spacingMm: Vector3, radiiMm: Vector3): Mask {
  const size: Vector3 = [90, 80, Math.round(90 / spacingMm[2])];
  const mask = emptyMask(createGrid(size, spacingMm, patientPoint(0, 0, 0)));
  for (let k = 0, at = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, at++) {
        const offset = [i, j, k].map(
          (index, axis) => (index * spacingMm[axis] - [44, 40, 45][axis]) / radiiMm[axis],
        );
        mask.data[at] = Math.hypot(...offset) < 1 ? 1 : 0;
      }
    }
  }
  return mask;
}

/** Plastimatch's signed distance at each voxel centre, in millimetres, negative inside. */
function distanceMap(mask: Mask, name: string): Float32Array {
  const [input, output] = [join(folder, `${name}.nrrd`), join(folder, `${name}-map.mha`)];
  writeFileSync(input, writeNrrd({ name: "GTV", mask }));
  const { status } = judge("plastimatch", [
    "dmap",
    "--algorithm",
    "maurer",
    "--input",
    input,
    "--output",
    output,
  ]);
  expect(status).toBe(0);
  const bytes = readFileSync(output);
  const count = mask.data.length;
  const values = bytes.subarray(bytes.length - 4 * count);
  return new Float32Array(values.buffer.slice(values.byteOffset, values.byteOffset + 4 * count));
}

test("plastimatch", () => {
  for (const spacing of [
    [1, 1, 1],
    [0.9765625, 0.9765625, 5],
  ] as const) {
    const mask = ellipsoid(spacing, [22, 18, 20]);
    const map = distanceMap(mask, "a" + spacing[2]);
    for (const mm of [6, 8]) {
      const ours = expandMargin(mask, uniformMargin(mm));
      for (const shift of [0, 0.25, 0.5]) {
        const theirs = map.map((v) => (v <= mm + shift ? 1 : 0));
        const n = theirs.reduce((a, b) => a + b, 0);
        let both = 0,
          far = 0;
        theirs.forEach((v, at) => {
          both += v & ours.data[at];
          if (v !== ours.data[at]) far = Math.max(far, Math.abs(map[at] - mm));
        });
        console.log(
          spacing,
          mm,
          shift,
          n / countVoxels(ours),
          (2 * both) / (n + countVoxels(ours)),
          far,
          Math.min(...map.filter((_, at) => mask.data[at] === 1).slice(0, 3)),
        );
      }
    }
  }
});
