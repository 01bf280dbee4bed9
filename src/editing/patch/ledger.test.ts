/** The ledger of edits: counts that follow from how the masks were made. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { patchBetween } from "#editing/tools/between-masks.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, volumeCc } from "#geometry/mask.ts";
import { editLedger } from "./ledger.ts";
import { countFlips } from "./mask-patch.ts";

const grid = createGrid([10, 10, 4], [2, 2, 5], patientPoint(0, 0, 0));

test("kept, added and removed voxels stand in their slices, volumes are voxels of 20 mm³", () => {
  const [automatic, edited] = [emptyMask(grid), emptyMask(grid)];
  automatic.data.fill(1, 100, 130);
  edited.data.fill(1, 110, 150);
  edited.data.fill(1, 300, 301);
  const ledger = editLedger(automatic, edited);
  expect(ledger.slices).toEqual([
    { k: 1, kept: 20, added: 20, removed: 10 },
    { k: 3, kept: 0, added: 1, removed: 0 },
  ]);
  expect(ledger.slicesTouched).toBe(2);
  expect(ledger.keptCc).toBeCloseTo(0.4, 12);
  expect(ledger.addedCc).toBeCloseTo(0.42, 12);
  expect(ledger.removedCc).toBeCloseTo(0.2, 12);
});

test("what was added and removed are the voxels of the patch, and the volumes are those of the masks", () => {
  const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 400, maxLength: 400 });
  fc.assert(
    fc.property(bits, bits, (a, b) => {
      const [automatic, edited] = [a, b].map((data) => ({ grid, data: Uint8Array.from(data) }));
      const ledger = editLedger(automatic, edited);
      const changed = ledger.slices.reduce((sum, { added, removed }) => sum + added + removed, 0);
      expect(changed).toBe(countFlips(patchBetween(automatic.data, edited.data, grid)));
      expect(ledger.automaticCc).toBeCloseTo(volumeCc(automatic), 10);
      expect(ledger.editedCc).toBeCloseTo(volumeCc(edited), 10);
    }),
    { numRuns: 50, seed: 1 },
  );
});

test("two empty masks have an empty ledger", () => {
  const ledger = editLedger(emptyMask(grid), emptyMask(grid));
  expect([ledger.slices.length, ledger.slicesTouched, ledger.editedCc]).toEqual([0, 0, 0]);
});
