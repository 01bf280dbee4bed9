/** Slices of drawn vessels on pixels of 2 mm: what of a wall is seen, and what is no vessel. */
import { expect, test } from "vitest";
import { radii, wallSeer } from "./wall-seen.ts";

const side = 61;
const image = { width: side, height: side, pixelMm: [2, 2] } as const;
const lung = -850;
const blood = 45;
const radiusMm = 13;

type Place = { readonly mm: number; readonly angle: number };

/** What is seen at a slice's middle with the vessel's own radius, of a slice that is drawn by distance and direction from there. */
function seenOf(huAt: (place: Place) => number): number {
  const slice = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [right, down] = [2 * (x - 30), 2 * (y - 30)];
      slice[x + side * y] = huAt({ mm: Math.hypot(right, down), angle: Math.atan2(down, right) });
    }
  }
  return wallSeer(image)(slice).wall[radii.indexOf(radiusMm) + radii.length * (30 + side * 30)];
}

/** A vessel, with something else round it and, beyond an angle on either side, tissue of its own density. */
const vessel = (around: number, hiddenFrom = 4) =>
  seenOf(({ mm, angle }) => (mm < radiusMm || Math.abs(angle) > hiddenFrom ? blood : around));

test("a vessel in lung, in fat or beside bone is seen all round, in tissue of its own density not at all", () => {
  expect(vessel(lung)).toBeGreaterThan(0.9);
  expect(vessel(-90)).toBeGreaterThan(0.9);
  expect(vessel(blood)).toBe(0);
  const besideSpine = seenOf(({ mm, angle }) => {
    if (mm < radiusMm) return blood;
    // Hardly denser than calcium must be: it is seen by what lies beyond the wall.
    return Math.abs(angle) < Math.PI / 3 ? blood + 95 : lung;
  });
  expect(besideSpine).toBeGreaterThan(0.9);
});

test("where a tumour lies against it, that part of the wall is not seen", () => {
  expect(vessel(lung, Math.PI / 2)).toBeCloseTo(0.5, 1);
  expect(vessel(lung, (3 * Math.PI) / 4)).toBeCloseTo(0.75, 1);
});

test("calcium shows the wall where a tumour hides it", () => {
  const calcified = seenOf(({ mm, angle }) => {
    const hidden = Math.abs(angle) > Math.PI / 2;
    if (Math.abs(angle) > (3 * Math.PI) / 4 && Math.abs(mm - radiusMm) < 1.2) return 400;
    return mm < radiusMm || hidden ? blood : lung;
  });
  expect(calcified).toBeGreaterThan(vessel(lung, Math.PI / 2) + 0.15);
});

test.each<[string, (place: Place) => number]>([
  ["a vertebra, with its cortex all round", ({ mm }) => (mm < 11 ? 180 : mm < 15 ? 500 : lung)],
  ["what is less dense than blood ever is", ({ mm }) => (mm < radiusMm ? -60 : lung)],
  ["what is denser than blood ever is", ({ mm }) => (mm < radiusMm ? 700 : lung)],
  ["half muscle, half contrast", ({ mm, angle }) => (mm >= radiusMm ? lung : angle > 0 ? 160 : 20)],
  ["a smaller vessel amid fat", ({ mm }) => (mm < 7 ? blood : mm < radiusMm + 1 ? -60 : lung)],
])("%s is no vessel of this size", (_, huAt) => {
  expect(seenOf(huAt)).toBe(-1);
});

test("of a vessel that is not quite even less is seen", () => {
  const spotted = seenOf(({ mm, angle }) => {
    if (mm >= radiusMm) return lung;
    return mm > 8 && Math.abs(angle) < Math.PI / 4 ? blood - 75 : blood;
  });
  expect(spotted).toBeLessThan(0.5);
  expect(spotted).toBeGreaterThan(0);
});

test("no centre is looked at whose ring would leave the slice", () => {
  const { wall } = wallSeer(image)(new Float32Array(side * side).fill(blood));
  for (let at = 0; at < side; at++)
    for (const place of [at, at + side * (side - 1), side * at, side * at + side - 1])
      expect(wall[radii.length * place]).toBe(-1);
});
