/** A mask of a research image's CT comes back on the image's own voxels, whatever the order and the direction of its axes. */
import { expect, test } from "vitest";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { allWays, type Way } from "../../test/turned.ts";
import { ctFromImage } from "./ct-from-image.ts";
import type { LabelImage } from "./label-image.ts";
import { readNifti, writeNifti } from "./nifti.ts";
import { readNrrd, writeNrrd } from "./nrrd.ts";

const [sizes, spacings] = [
  [6, 5, 4],
  [0.75, 0.875, 3],
] as const;
const tumourHu = 0;

function imageStored({ order, signs }: Way): LabelImage {
  const random = createRandom(1);
  const step = (at: number): Vector3 =>
    [0, 1, 2].map((axis) => (axis === order[at] ? signs[at] * spacings[axis] : 0)) as unknown as Vector3;
  return {
    size: order.map((axis) => sizes[axis]) as unknown as Vector3,
    stepsMm: [step(0), step(1), step(2)],
    origin: patientPoint(-228.5, -93.25, -124),
    values: Int16Array.from({ length: 120 }, () => (random.next() < 0.3 ? 40 : -800)),
    names: new Map(),
    fault: "bad-nifti",
    findings: [],
  };
}

test.each([
  ["NIfTI", writeNifti, readNifti],
  ["NRRD", (named, options) => writeNrrd(named, options?.lattice), (bytes) => readNrrd(bytes)[0]],
] as const satisfies [string, typeof writeNifti, typeof readNifti][])(
  "%s: all 48 orders and directions of axes",
  (_, write, read) => {
    for (const way of allWays) {
      const image = imageStored(way);
      const { grid, hu } = ctFromImage(image).ct;
      const mask = { grid, data: Uint8Array.from(hu, (value) => (value > tumourHu ? 1 : 0)) };
      const { size, stepsMm, origin, values } = read(write({ name: "GTV", mask }, { lattice: image }));
      const inImage = Uint8Array.from(image.values, (value) => (value > tumourHu ? 1 : 0));
      expect({ size, stepsMm, origin, values: Uint8Array.from(values) }, JSON.stringify(way)).toEqual({
        size: image.size,
        stepsMm: image.stepsMm,
        origin: image.origin,
        values: inImage,
      });
    }
  },
);

test("the qform says the same as the sform, left-handed lattices too", () => {
  for (const way of allWays) {
    const image = imageStored(way);
    const { grid } = ctFromImage(image).ct;
    const file = writeNifti(
      { name: "GTV", mask: { grid, data: new Uint8Array(120) } },
      { gzip: false, lattice: image },
    );
    expect(readNifti(file).findings, JSON.stringify(way)).toEqual([]);
    // Without the sform the qform alone places the voxels.
    new DataView(file.buffer).setInt16(254, 0, true);
    const { stepsMm, origin } = readNifti(file);
    const far = stepsMm.flatMap((step, axis) => step.map((value, d) => value - image.stepsMm[axis][d]));
    // Float32 quaternions near a half turn.
    expect(Math.max(...far.map(Math.abs)), JSON.stringify(way)).toBeLessThan(2e-3);
    expect(origin).toEqual(image.origin);
  }
});

test("a mask of another image's CT is a fault of the program, not a file", () => {
  const image = imageStored(allWays[0]);
  const { grid } = ctFromImage(imageStored(allWays.find(({ order }) => order[0] === 2) ?? allWays[0])).ct;
  const mask = { grid: { ...grid, size: [1, 1, 1] as const }, data: new Uint8Array(1) };
  expect(() => writeNrrd({ name: "GTV", mask }, image)).toThrow("not of this image");
});
