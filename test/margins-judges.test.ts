/**
 * Margins as plastimatch makes them: its distance map of the mask, thresholded at the margin. Plastimatch measures from the
 * outermost voxel centres, ours from the surface, which lies up to half a voxel further out: on 1 mm voxels a fifth of a
 * millimetre, on slices of 5 mm the half slice above the tumour. There plastimatch is given the same body in slices of 1 mm, and
 * the margin of the thick slices must be what it says of the thin ones.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Vector3 } from "#core/coordinates.ts";
import { writeNrrd } from "#formats/nrrd.ts";
import { expandMargin, uniformMargin } from "#geometry/margins/margins.ts";
import type { Mask } from "#geometry/mask.ts";
import { ellipsoid } from "./ellipsoid.ts";
import { judge } from "./judge.ts";

/** Of every body here. */
const centreMm: Vector3 = [44, 40, 45];
const folder = mkdtempSync(join(tmpdir(), "margins-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

const radiiMm: Vector3 = [22, 18, 20];

/** How our margin and voxels nearer than `mm` by a map compare: Dice, and how far from the margin voxels differ. */
function compare(
  ours: Uint8Array,
  distancesMm: Float32Array,
  mm: number,
): { readonly dice: number; readonly differMm: number; readonly ratio: number } {
  let [both, ourCount, theirCount, differMm] = [0, 0, 0, 0];
  distancesMm.forEach((distance, at) => {
    const theirs = distance <= mm ? 1 : 0;
    both += theirs & ours[at];
    ourCount += ours[at];
    theirCount += theirs;
    if (theirs !== ours[at]) differMm = Math.max(differMm, Math.abs(distance - mm));
  });
  return { dice: (2 * both) / (ourCount + theirCount), differMm, ratio: ourCount / theirCount };
}

test.each([6, 8])(
  "on voxels of 1 mm a margin of %d mm differs within half a millimetre of the margin only",
  (mm) => {
    const mask = ellipsoid([1, 1, 1], centreMm, radiiMm);
    const ours = expandMargin(mask, uniformMargin(mm)).data;
    const map = distanceMap(mask, "1");
    const { dice, differMm, ratio } = compare(ours, map, mm);
    expect(dice).toBeGreaterThan(0.98);
    expect(differMm).toBeLessThan(0.5);
    expect(ratio).toBeGreaterThan(1);
    // From the surface, a fifth of a millimetre outside the outermost centres on the average, it is the same margin.
    expect(compare(ours, map, mm + 0.2).dice).toBeGreaterThan(0.99);
  },
);

test.each([6, 8])("a margin of %d mm on slices of 5 mm is that of the same body in slices of 1 mm", (mm) => {
  const thick = ellipsoid([0.9765625, 0.9765625, 5], centreMm, radiiMm);
  const thin = ellipsoid([0.9765625, 0.9765625, 1], centreMm, radiiMm);
  const map = distanceMap(thin, "thin");
  const area = 90 * 80;
  const atThick = new Float32Array(thick.data.length);
  for (let k = 0; k < thick.grid.size[2]; k++)
    atThick.set(map.subarray(5 * k * area, (5 * k + 1) * area), k * area);
  const { dice, differMm } = compare(expandMargin(thick, uniformMargin(mm)).data, atThick, mm);
  expect(dice).toBeGreaterThan(0.98);
  // Well under half a slice, 2.5 mm, also above the tumour.
  expect(differMm).toBeLessThan(1);
  // Its own margin of the thick slices stays behind: what it leaves out is why ours is not made that way.
  const thickMargin = compare(expandMargin(thick, uniformMargin(mm)).data, distanceMap(thick, "thick"), mm);
  expect(thickMargin.ratio).toBeGreaterThan(1.04);
});
