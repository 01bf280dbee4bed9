/** Tumours in real thoraces: what the mask says is what was drawn, lookalikes never, the same seed the same bytes. */
import { beforeAll, describe, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid, voxelVolumeCc } from "#geometry/grid.ts";
import { volumeCc } from "#geometry/mask.ts";
import { borders, contactAt } from "./borders.ts";
import { insertInto } from "./insert.ts";
import { insertPatient, insertVolumesCc } from "./insert-patient.ts";
import { lungsOfSlice } from "./lungs-of-slice.ts";
import { prepareBackground } from "./prepare-background.ts";
import { type RealThorax, readThorax } from "./real-thorax.ts";
import { measureTexture } from "./scan-texture.ts";

const size = 128;
const pixelMm = 3;
const noiseHu = 12;

/**
 * A chest of simple shapes: an ellipse of muscle with two lungs (104 mm wide, `gapMm` apart), vessels in them, a
 * round spine, on a room of air, with white noise of `noiseHu`.
 */
function chest(layers: number, gapMm = 40): CtImage {
  const random = createRandom("chest");
  const grid = createGrid([size, size, layers], [pixelMm, pixelMm, 5], patientPoint(0, 0, 0));
  const hu = new Int16Array(size * size * layers);
  for (let at = 0; at < hu.length; at++) {
    const x = ((at % size) - (size - 1) / 2) * pixelMm;
    const y = ((Math.floor(at / size) % size) - (size - 1) / 2) * pixelMm;
    let value = -1000;
    if (Math.hypot(x / 165, y / 115) < 1) value = 50;
    const inLung = Math.hypot((Math.abs(x) - gapMm / 2 - 52) / 52, y / 88) < 1;
    const vessel = Math.hypot((Math.abs(x) % 17) - 8, (Math.abs(y) % 23) - 11) < 3.5;
    if (inLung) value = vessel ? 30 : -860;
    if (Math.hypot(x, y - 30) < 18) value = 400;
    // Lung is uneven beyond the noise.
    hu[at] = Math.round(value + random.normal(0, inLung && !vessel ? 3 * noiseHu : noiseHu));
  }
  return { grid, hu };
}

let single: RealThorax;
let stack: RealThorax;
beforeAll(() => {
  single = readThorax(chest(1));
  stack = readThorax(chest(24));
});

const bytes = (values: Int16Array): Uint8Array => new Uint8Array(values.buffer);

describe("a real thorax is read", () => {
  test("right lung, left lung, each with its vessels, and nothing of the room", () => {
    const lungMm2 = Math.PI * 52 * 88;
    for (const side of [1, 2]) {
      const areaMm2 = single.sides.filter((value) => value === side).length * pixelMm ** 2;
      expect(Math.abs(areaMm2 / lungMm2 - 1)).toBeLessThan(0.05);
    }
    expect(single.sides[Math.floor(size / 2) * size + size / 2 - 24]).toBe(1);
    expect(single.sides[0]).toBe(0);
  });

  test("gas without vessels is no lung, beside one that is", () => {
    const { hu, grid } = chest(1);
    const gas = hu.map((value, at) => (at % size > size / 2 && value < -500 ? -1000 : value));
    const { sides } = lungsOfSlice(gas, grid.size[0], grid.size[1], pixelMm);
    expect([sides.includes(1), sides.includes(2)]).toEqual([true, false]);
  });

  test("the noise is that of the soft tissue, without correlation where there is none", () => {
    const { hu } = chest(1);
    const texture = measureTexture(Float32Array.from(hu), size, single.sides, single.body);
    expect(texture.noiseHu).toBeGreaterThan(0.75 * noiseHu);
    expect(texture.noiseHu).toBeLessThan(1.15 * noiseHu);
    expect(texture.grainPixels).toBeLessThan(0.4);
  });

  test("the lungs border on the mediastinum towards each other and on the chest wall outside", () => {
    const row = Math.floor(size / 2) * size;
    const onRow = [...single.atSurface].filter((at) => at >= row && at < row + size);
    const [outerRight, innerRight, innerLeft, outerLeft] = [
      onRow[0],
      onRow.filter((at) => single.sides[at] === 1).at(-1) ?? 0,
      onRow.filter((at) => single.sides[at] === 2)[0],
      onRow.at(-1) ?? 0,
    ].map((at) => contactAt(single, at)?.border);
    expect([outerRight, outerLeft]).toEqual(["wall", "wall"]);
    expect(innerRight).toBe("hilum");
    expect(innerLeft).toBe("hilum");
    expect(borders).toContain(innerLeft);
  });

  test("a chest whose file says that it is 900 mm wide is scaled to one of 370 mm", () => {
    const { grid, hu } = chest(1);
    const wrong = { grid: { ...grid, spacingMm: [8.2, 8.2, 5] as const }, hu };
    const width = 330 / pixelMm;
    const [x] = prepareBackground(wrong, size).grid.spacingMm;
    expect(Math.abs(x * width - 370)).toBeLessThan(8);
    expect(prepareBackground({ grid, hu }, size).grid.spacingMm[0]).toBeCloseTo(pixelMm, 6);
  });
});

describe("a tumour is inserted", () => {
  test("its volume is the wanted one, in the lung of its side, and its tissue soft", () => {
    let checked = 0;
    for (let seed = 0; seed < 4; seed++) {
      const insertion = insertInto(stack, { volumeCc: 12, contact: "none" }, createRandom(seed));
      if (insertion?.tumour === undefined) continue;
      checked++;
      expect(Math.abs(insertion.tumour.maskCc / 12 - 1)).toBeLessThan(0.2);
      expect(insertion.tumour.maskCc).toBeCloseTo(volumeCc(insertion.gtv), 6);
      const side = insertion.tumour.side === "right" ? 1 : 2;
      let [inLung, all, sum] = [0, 0, 0];
      insertion.gtv.data.forEach((value, at) => {
        if (value === 0) return;
        all++;
        sum += insertion.hu[at];
        if (stack.sides[at] === side) inLung++;
      });
      expect(inLung / all).toBeGreaterThan(0.8);
      if (!insertion.tumour.subsolid && insertion.tumour.core !== "cavity")
        expect(sum / all).toBeGreaterThan(-250);
    }
    expect(checked).toBeGreaterThan(1);
  });

  test("where it touches, it stays out of bone and of the other lung", () => {
    // Lungs as near to each other as in front of the heart.
    const near = readThorax(chest(16, 8));
    for (let seed = 0; seed < 5; seed++) {
      const insertion = insertInto(near, { volumeCc: 90, contact: "hilum" }, createRandom(seed));
      if (insertion?.tumour === undefined) continue;
      const other = insertion.tumour.side === "right" ? 2 : 1;
      insertion.gtv.data.forEach((value, at) => {
        if (value === 1 && (near.sides[at] === other || near.ct.hu[at] > 330))
          throw new Error(`a voxel of ${near.ct.hu[at]} HU, side ${near.sides[at]}, is in the mask`);
      });
    }
  });

  test("what the mask does not hold and nothing stands in keeps its HU", () => {
    const insertion = insertInto(stack, { volumeCc: 5, contact: "none" }, createRandom(3));
    if (insertion === undefined) throw new Error("no place for 5 cc");
    const changed = insertion.hu.filter((value, at) => value !== stack.ct.hu[at]).length;
    const masked = insertion.gtv.data.filter((value) => value === 1).length;
    expect(changed).toBeGreaterThanOrEqual(masked * 0.9);
    expect(changed).toBeLessThan(insertion.hu.length * 0.2);
  });

  test("the same seed gives the same bytes, another seed others", () => {
    const make = (seed: number) => insertInto(single, { volumeCc: 40, contact: "wall" }, createRandom(seed));
    const [a, b, c] = [make(1), make(1), make(2)];
    if (a === undefined || b === undefined || c === undefined) throw new Error("no place for 40 cc");
    expect(Buffer.compare(bytes(a.hu), bytes(b.hu))).toBe(0);
    expect(Buffer.compare(a.gtv.data, b.gtv.data)).toBe(0);
    expect(Buffer.compare(bytes(a.hu), bytes(c.hu))).not.toBe(0);
  });
});

describe("what looks like a tumour and is none", () => {
  test("is painted into slices whose mask stays empty", () => {
    let painted = 0;
    for (let seed = 0; seed < 14; seed++) {
      const insertion = insertInto(single, undefined, createRandom(seed));
      expect(insertion?.gtv.data.includes(1)).toBe(false);
      expect(insertion?.tumour).toBeUndefined();
      if (insertion === undefined || insertion.findings.length === 0) continue;
      // Dense lung where there was none.
      const dense = insertion.hu.filter((value, at) => value > -150 && single.ct.hu[at] < -700).length;
      if (dense > 10) painted++;
    }
    expect(painted).toBeGreaterThan(3);
  });
});

describe("a patient", () => {
  test("of a stack is a block of slices round its tumour, with the drawn volume within the bounds", () => {
    const patient = insertPatient([stack], createRandom(5));
    if (patient === undefined) throw new Error("no room");
    const [{ tumour }] = patient.inserted;
    expect(patient.grid.size[2]).toBeLessThanOrEqual(24);
    expect(tumour?.bodyCc).toBeGreaterThanOrEqual(insertVolumesCc.lowest);
    expect(tumour?.bodyCc).toBeLessThanOrEqual(insertVolumesCc.highest);
    // Nothing of the mask is cut off with the block.
    expect(volumeCc(patient.gtv)).toBeCloseTo(tumour?.maskCc ?? 0, 6);
    expect(voxelVolumeCc(patient.grid)).toBeCloseTo(0.045, 9);
  });

  test("of slices that stand alone is a stack in which every noted slice has its mask and no other", () => {
    const patient = insertPatient([single, single], createRandom(6));
    if (patient === undefined) throw new Error("no room");
    const area = size * size;
    const tumourSlices = patient.inserted
      .filter(({ tumour }) => tumour !== undefined)
      .map(({ slice }) => slice);
    const masked = [...Array(patient.grid.size[2]).keys()].filter((k) =>
      patient.gtv.data.subarray(k * area, (k + 1) * area).includes(1),
    );
    expect(masked).toEqual(tumourSlices);
    expect(tumourSlices.length).toBeGreaterThan(patient.grid.size[2] / 2);
    expect(tumourSlices.length).toBeLessThan(patient.grid.size[2]);
  });

  test("is not made of slices without lungs", () => {
    const { grid, hu } = chest(1);
    const abdomen = readThorax({ grid, hu: hu.map((value) => (value < -500 && value > -950 ? 40 : value)) });
    expect(insertPatient([abdomen], createRandom(1))).toBeUndefined();
  });
});
