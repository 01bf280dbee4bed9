import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { levelContours } from "#editing/tools/level-contours.ts";
import { toByte } from "#geometry/confidence.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask } from "#geometry/mask.ts";
import { levels, shownProbability } from "./threshold-level.ts";

const thresholds = [0.02, 0.1, 0.5, 0.9];

test("the slider rests on the model's own threshold, whatever that is", () => {
  const shown = thresholds.map((threshold) => shownProbability(levels.proposed, threshold));
  expect(shown).toEqual(["0.020", "0.100", "0.500", "0.900"]);
});

test("at each level the contour is where the model's probability is above the one shown", () => {
  // A row of voxels, a thousandth of probability apart, none on a level.
  const probabilities = Array.from({ length: 999 }, (_, at) => (at + 1.03) / 1000);
  const grid = createGrid([probabilities.length, 1, 1], [1, 1, 1], patientPoint(0, 0, 0));
  for (const threshold of thresholds) {
    const data = Uint8Array.from(probabilities, (probability) => toByte(probability, threshold));
    const contourAt = levelContours({ grid, data }, emptyMask(grid), undefined);
    for (let level = levels.least; level <= levels.most; level += levels.step) {
      const firstInside = contourAt(level).data.indexOf(1);
      const least = probabilities[firstInside];
      // Three digits are shown.
      expect(Math.abs(least - Number(shownProbability(level, threshold)))).toBeLessThan(0.0016);
    }
  }
});
