/** Body and bone on bodies drawn by hand and on phantoms, whose tumours and lungs lie inside. */
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { createGrid } from "#geometry/grid.ts";
import { expandMargin, uniformMargin } from "#geometry/margins/margins.ts";
import { countVoxels, emptyMask, maskWhere } from "#geometry/mask.ts";
import { generatePatient } from "#phantom/generate.ts";
import { bodyMask, boneMask } from "./body-and-bone.ts";

const grid = createGrid([200, 180, 6], [2, 2, 5], patientPoint(0, 0, 0));
const place = (at: number): [number, number] => [(at % 200) * 2, (Math.floor(at / 200) % 180) * 2];
const inSkin = (x: number, y: number): boolean => Math.hypot((x - 200) / 160, (y - 160) / 110) < 1;
const inLung = (x: number, y: number): boolean =>
  Math.hypot((Math.abs(x - 200) - 75) / 50, (y - 160) / 70) < 1;
/** A shell of 4 mm round foam, the body lies on it. */
const couch = (x: number, y: number): boolean =>
  Math.abs(x - 200) < 180 && y > 268 && y < 300 && (y < 272 || y > 296 || Math.abs(x - 200) > 176);

test("the body is what is inside the skin, lungs included, without couch and foam", () => {
  const hu = new Int16Array(200 * 180 * 6).fill(-1000);
  for (let at = 0; at < hu.length; at++) {
    const [x, y] = place(at);
    if (couch(x, y)) hu[at] = 60;
    if (inSkin(x, y)) hu[at] = inLung(x, y) ? -850 : 30;
  }
  const body = bodyMask({ grid, hu });
  const expected = maskWhere(grid, (at) => inSkin(...place(at)));
  const different = body.data.filter((value, at) => value !== expected.data[at]).length;
  expect(different).toBeLessThan(0.005 * countVoxels(expected));
  expect(body.data[100 + 200 * (142 + 180 * 3)]).toBe(0);
});

test("an image of air has no body and no bone", () => {
  const hu = new Int16Array(200 * 180 * 6).fill(-1000);
  expect(countVoxels(bodyMask({ grid, hu }))).toBe(0);
  expect(countVoxels(boneMask({ grid, hu }))).toBe(0);
});

test("bone is dense somewhere and no speck; contrast is not bone", () => {
  const hu = new Int16Array(200 * 180 * 6).fill(40);
  const set = (from: number, to: number, value: number): void => {
    for (let k = 1; k < 5; k++)
      for (let j = 20; j < 24; j++) for (let i = from; i < to; i++) hu[i + 200 * (j + 180 * k)] = value;
  };
  set(20, 50, 250);
  set(30, 31, 700);
  set(80, 110, 300);
  hu[150 + 200 * (60 + 180 * 2)] = 900;
  const { data } = boneMask({ grid, hu });
  const at = (i: number, j: number, k: number): number => data[i + 200 * (j + 180 * k)];
  expect([at(22, 21, 2), at(30, 21, 2), at(90, 21, 2), at(150, 60, 2)]).toEqual([1, 1, 0, 0]);
});

test("a rib's marrow is bone, and a gap in its cortex lets nothing in; tissue between ribs stays tissue", () => {
  const hu = new Int16Array(200 * 180 * 6).fill(40);
  const set = (from: number, to: number, rows: readonly number[], value: number): void => {
    for (let k = 1; k < 5; k++)
      for (const j of rows) for (let i = from; i < to; i++) hu[i + 200 * (j + 180 * k)] = value;
  };
  // Voxels of 2 mm: cortices of one voxel, marrow of two, a gap of one; the next rib 20 mm on.
  set(20, 60, [20, 23], 600);
  set(20, 60, [21, 22], 80);
  set(40, 41, [20], 50);
  set(20, 60, [34, 35], 600);
  const { data } = boneMask({ grid, hu });
  const at = (i: number, j: number): number => data[i + 200 * (j + 180 * 2)];
  expect([at(30, 21), at(30, 22), at(40, 20)]).toEqual([1, 1, 1]);
  expect([at(30, 19), at(30, 24), at(30, 28), at(18, 21)]).toEqual([0, 0, 0, 0]);
});

test("in phantoms tumour and lungs lie in the body, bones too, and margins end at skin and ribs", () => {
  const patient = generatePatient(createRandom(9).fork(2), { size: 192 });
  const body = bodyMask(patient);
  const bone = boneMask(patient);
  const { gtv, hu } = patient;
  const outside = (data: Uint8Array): number =>
    data.filter((value, at) => value === 1 && body.data[at] === 0).length;
  expect(outside(gtv.data)).toBe(0);
  expect(outside(bone.data)).toBeLessThan(0.01 * countVoxels(bone));
  expect(countVoxels(bone)).toBeGreaterThan(1000);
  // Couch and room: hardly any air in the body beside lung, nothing of the image's border.
  const [ni, nj] = patient.grid.size;
  expect(body.data.findIndex((value, at) => value === 1 && Math.floor(at / ni) % nj === nj - 1)).toBe(-1);
  const air = maskWhere(patient.grid, (at) => hu[at] < -970 && body.data[at] === 1);
  expect(countVoxels(air)).toBeLessThan(0.03 * countVoxels(body));
  const margin = expandMargin(gtv, uniformMargin(8), { within: body, barriers: bone });
  const inBone = margin.data.findIndex(
    (value, at) => value === 1 && bone.data[at] === 1 && gtv.data[at] === 0,
  );
  expect(inBone).toBe(-1);
  expect(countVoxels(margin)).toBeLessThan(countVoxels(expandMargin(gtv, uniformMargin(8))));
  expect(countVoxels(expandMargin(emptyMask(patient.grid), uniformMargin(8), { within: body }))).toBe(0);
});
