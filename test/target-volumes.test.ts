/** That target volumes as they are drawn and as they are measured are one, and which PTV a CTV gets. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { marginValues } from "#evaluate/margins.ts";
import { boundingBox, cropMask } from "#geometry/crop.ts";
import { createGrid } from "#geometry/grid.ts";
import { expandMargin, sumMargins, uniformMargin } from "#geometry/margins/margins.ts";
import { nearestPoint } from "#geometry/margins/nearest-points.ts";
import { ctvMarginsMm, makePtv } from "#geometry/margins/target-volumes.ts";
import { countVoxels, type Mask, maskWhere, volumeCc } from "#geometry/mask.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { loadRoiMasks } from "#patients/masks/load-masks.ts";
import { capsule, cuboid, digitised, distancesMm, gridOf, spacings, sphere } from "./solids.ts";

const data = join(import.meta.dirname, "../../shared/data/lung1-001");
const without = (mask: Mask, less: Mask): Mask =>
  maskWhere(mask.grid, (at) => mask.data[at] === 1 && less.data[at] === 0);
const same = (a: Mask, b: Mask): boolean => Buffer.compare(Buffer.from(a.data), Buffer.from(b.data)) === 0;

/** How far the references go beyond the GTV: farther than the largest target volume. */
const beyondMm = 14;

/** Of the reference everything outside the drawn volumes, and nothing else, must be what the metrics call outside. */
function expectDrawnIsMeasured(of: { readonly reference: Mask; readonly gtv: Mask }): void {
  const box = boundingBox(of.reference);
  if (box === undefined) throw new Error("the reference is empty");
  const [reference, gtv] = [cropMask(of.reference, box), cropMask(of.gtv, box)];
  const values = marginValues(reference, gtv, 5);
  for (const [name, mm] of [
    ["outsideCtvSquamous", ctvMarginsMm.Squamous],
    ["outsideCtvAdeno", ctvMarginsMm.Adeno],
    ["outsidePtvSquamous", ctvMarginsMm.Squamous + 5],
    ["outsidePtvAdeno", ctvMarginsMm.Adeno + 5],
  ] as const) {
    const outside = without(reference, expandMargin(gtv, uniformMargin(mm)));
    expect(values[`${name}Cc`], name).toBeCloseTo(volumeCc(outside), 9);
    expect((values[`${name}Mm`] ?? 0) > 0, name).toBe(countVoxels(outside) > 0);
  }
}

test.each(spacings)(
  "what is drawn is what is measured, to the voxel, on voxels of %f x %f x %f mm",
  (...spacing) => {
    const grid = gridOf(spacing);
    for (const solid of [
      sphere(14, [61.3, 62.1, 60]),
      sphere(27, [61.3, 62.1, 61.7]),
      capsule(14, [48, 58, 48], [76, 63, 78]),
      cuboid([40, 40, 40], [77, 77, 77]),
    ]) {
      const distances = distancesMm(grid, solid);
      expectDrawnIsMeasured({
        reference: maskWhere(grid, (at) => distances[at] < beyondMm),
        gtv: maskWhere(grid, (at) => distances[at] < 0),
      });
    }
  },
);

test("a ball of 10 mm on slices of 5 mm has one CTV, nothing of it is outside, and one voxel more is", () => {
  const grid = gridOf([0.9, 0.9, 5], 90);
  const solid = sphere(10, [45.3, 46.1, 45]);
  const [gtv, reference] = [digitised(grid, solid), digitised(grid, (...mm) => solid(...mm) - beyondMm)];
  const ctv = expandMargin(gtv, uniformMargin(6));
  // The closed form, 17.2 cc, as near as seven slices of a ball can say it; from the voxels' centres it would be 15.3 cc, 11 % less.
  const idealCc = (4 / 3) * Math.PI * 1.6 ** 3;
  expect(Math.abs(volumeCc(ctv) / idealCc - 1)).toBeLessThan(0.05);
  const outsideCc = marginValues(reference, gtv, 5).outsideCtvSquamousCc ?? Number.NaN;
  expect(volumeCc(reference) - outsideCc).toBeCloseTo(volumeCc(ctv), 9);

  expect(marginValues(ctv, gtv, 5)).toMatchObject({ outsideCtvSquamousCc: 0, outsideCtvSquamousMm: 0 });
  const beyond = without(expandMargin(gtv, uniformMargin(7)), ctv).data.indexOf(1);
  ctv.data[beyond] = 1;
  expect(marginValues(ctv, gtv, 5).outsideCtvSquamousCc).toBeCloseTo(0.00405, 9);
});

test.each([0, 3])(
  "what lies on a margin but for rounding is inside, drawn and measured, along each axis: %d voxels round one",
  (half) => {
    const grid = createGrid([27, 27, 27], [0.8, 0.8, 0.8], patientPoint(0, 0, 0));
    for (let n = half; n < 12; n++) {
      const at = (i: number, j: number, k: number): number => n + i + 27 * (n + j + 27 * (n + k));
      const gtv = maskWhere(grid, (voxel) =>
        [voxel % 27, Math.floor(voxel / 27) % 27, Math.floor(voxel / 729)].every(
          (place) => Math.abs(place - n) <= half,
        ),
      );
      // 7.5 voxels from the faces are 6 mm; smoothing draws those of the cube in by a hair.
      const far = half + 8;
      const ends = [at(far, 0, 0), at(0, far, 0), at(0, 0, far)];
      const reference = maskWhere(grid, (voxel) => ends.includes(voxel));
      expect(countVoxels(without(reference, expandMargin(gtv, uniformMargin(6))))).toBe(0);
      expect(marginValues(reference, gtv, 5)).toMatchObject({
        outsideCtvSquamousCc: 0,
        outsideCtvSquamousMm: 0,
      });
    }
  },
);

test("masks of any form, several bodies far apart among them", () => {
  const grid = createGrid([40, 18, 8], [0.9, 0.9, 3], patientPoint(0, 0, 0));
  const everything = maskWhere(grid, () => true);
  const speckle = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5760, maxLength: 5760 })
    .map((values) => maskWhere(grid, (at) => values[at] < 0.002));
  fc.assert(
    fc.property(speckle, (gtv) => {
      fc.pre(countVoxels(gtv) > 0);
      expectDrawnIsMeasured({ reference: everything, gtv });
    }),
    { numRuns: 15, seed: 4 },
  );
});

test.skipIf(!existsSync(data))(
  "a physician's GTV on its CT (left out where ../shared/data is not there): drawn and measured to the voxel",
  async () => {
    const ct = await readCtFolder(join(data, "ct"));
    const { rois } = await loadRoiMasks(join(data, "rtstruct.dcm"), { ct, roi: "GTV-1" });
    const gtv = rois[0].mask;
    expectDrawnIsMeasured({ reference: expandMargin(gtv, uniformMargin(beyondMm)), gtv });
  },
);

test("a body's margin is its own, whatever lies far away in the same slices", () => {
  const grid = gridOf([0.9, 0.9, 5]);
  const [body, other] = [sphere(12, [25, 25, 60]), sphere(15, [95, 95, 72])].map((solid) =>
    digitised(grid, solid),
  );
  const both = maskWhere(grid, (at) => body.data[at] + other.data[at] > 0);
  const [a, b] = [body, other].map((mask) => expandMargin(mask, uniformMargin(8)));
  const united = maskWhere(grid, (at) => a.data[at] + b.data[at] > 0);
  expect(same(expandMargin(both, uniformMargin(8)), united)).toBe(true);
});

test("the nearest of any points is the one that a look at all of them finds", () => {
  const mm = fc.double({ min: -50, max: 50, noNaN: true });
  const points = fc.array(fc.tuple(mm, mm, mm), { maxLength: 200, size: "max" });
  fc.assert(
    fc.property(points, fc.array(fc.tuple(mm, mm, mm), { minLength: 1, maxLength: 20 }), (cloud, places) => {
      const nearest = nearestPoint(Float64Array.from(cloud.flat()));
      for (const [x, y, z] of places) {
        const all = cloud.map(([a, b, c]) => Math.hypot(a - x, b - y, c - z));
        const least = Math.min(Number.POSITIVE_INFINITY, ...all);
        if (cloud.length === 0) expect(nearest(x, y, z)).toBe(Number.POSITIVE_INFINITY);
        else expect(nearest(x, y, z)).toBeCloseTo(least, 9);
      }
    }),
    { seed: 4 },
  );
});

test("the PTV of a CTV that margins made is the GTV and the sum; of one that was changed, the CTV as it stands", () => {
  const grid = gridOf([0.9, 0.9, 5], 100);
  const gtv = digitised(grid, sphere(14, [48, 50, 50]));
  const [ctvMm, ptvMm] = [uniformMargin(8), uniformMargin(5)];
  const origins = [6, 8].map((mm) => ({ gtv, marginsMm: uniformMargin(mm) }));
  const ctv = expandMargin(gtv, ctvMm);
  const sum = expandMargin(gtv, sumMargins(ctvMm, ptvMm));
  const ptv = makePtv(ctv, ptvMm, origins);
  expect(ptv.origin).toBe(origins[1]);
  expect(same(ptv.mask, sum)).toBe(true);
  expect(same(expandMargin(ctv, ptvMm), sum)).toBe(false);

  const wall = maskWhere(grid, (at) => Math.abs((at % grid.size[0]) * 0.9 - 66) < 1);
  for (const changed of [
    maskWhere(grid, (at) => ctv.data[at] === 1 && at % grid.size[0] < 65),
    expandMargin(gtv, ctvMm, { barriers: wall }),
  ]) {
    const { mask, origin } = makePtv(changed, ptvMm, origins);
    expect(origin).toBeUndefined();
    expect(same(mask, expandMargin(changed, ptvMm))).toBe(true);
  }
});
