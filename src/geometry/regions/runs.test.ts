/** Runs against the masks that they stand for, whatever those look like. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { patientPoint, type Vector3, voxelPoint } from "#core/coordinates.ts";
import { boundingBox, cropMask } from "../crop.ts";
import { createGrid, voxelToPatient } from "../grid.ts";
import { countVoxels, type Mask, sameVoxels } from "../mask.ts";
import { connectedRuns, runsOfRegion } from "./connected-components.ts";
import { boxOfRuns, maskOfRuns, partOfRuns, voxelsOfRuns } from "./runs.ts";

const masks = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 }))
  .chain((size) =>
    fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 40 }).map((pattern): Mask => {
      const grid = createGrid(size, [0.9, 0.9, 3], patientPoint(5, -7, 11));
      const voxels = size[0] * size[1] * size[2];
      const data = Uint8Array.from({ length: voxels }, (_, at) => Number(pattern[at % pattern.length] === 0));
      return { grid, data };
    }),
  );

test("runs have the voxels, the box and the parts of their mask, in the same place", () => {
  fc.assert(
    fc.property(masks, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (mask, cuts) => {
      const runs = connectedRuns(mask);
      const { grid } = mask;
      expect(voxelsOfRuns(runs)).toBe(countVoxels(mask));
      expect(boxOfRuns(runs, grid.size)).toEqual(boundingBox(mask));
      expect(sameVoxels(maskOfRuns(grid, runs), mask)).toBe(true);
      const from = grid.size.map((count, axis) => cuts[axis] % count) as unknown as Vector3;
      const to = grid.size.map((count, axis) => from[axis] + 1 + (cuts[axis + 3] % (count - from[axis])));
      const box = { from, to: to as unknown as Vector3 };
      const part = partOfRuns(grid, runs, box);
      expect(part).toEqual(cropMask(mask, box));
      expect(part.grid.origin).toEqual(voxelToPatient(grid, voxelPoint(...from)));
    }),
  );
});

test("a region's runs are its voxels and no others", () => {
  fc.assert(
    fc.property(masks, (mask) => {
      const regions = connectedRuns(mask);
      const parts = regions.sizes.map((_, index) => runsOfRegion(regions, index + 1));
      expect(parts.map(voxelsOfRuns)).toEqual(regions.sizes);
      const together = maskOfRuns(mask.grid, runsOfRegion(regions, 0));
      expect(countVoxels(together)).toBe(0);
      for (const part of parts)
        maskOfRuns(mask.grid, part).data.forEach((inside, at) => {
          together.data[at] += inside;
        });
      expect(sameVoxels(together, mask)).toBe(true);
    }),
  );
});
