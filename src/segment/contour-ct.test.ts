/** The shipped model on one small CT, however that is stored. */
import { createHash } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { silentProgress } from "#core/progress.ts";
import { createRandom } from "#core/random.ts";
import { boundingBox } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid } from "#geometry/grid.ts";
import { sameVoxels } from "#geometry/mask.ts";
import { toStored, toUpright, turnOf } from "#geometry/upright.ts";
import type { ContouringModel } from "#model/model-input.ts";
import { loadModel, shippedModel } from "#model/run/load-model.ts";
import { storedWays, turnedGrid } from "../../test/turned.ts";
import { contourCt } from "./contour-ct.ts";

const model = await loadModel(shippedModel);
afterAll(() => model.dispose());

const grid = createGrid([84, 70, 6], [4.4, 4.8, 5], patientPoint(-180, -170, 100));
const random = createRandom(11);

/** A body of 300 x 220 mm with two lungs, a tumour of 40 mm in the left one, vessels, a spine behind. */
const chest: CtImage = {
  grid,
  hu: Int16Array.from({ length: 84 * 70 * 6 }, (_, at) => {
    const [x, y, z] = [
      (at % 84) * 4.4 - 180,
      (Math.floor(at / 84) % 70) * 4.8 - 170,
      Math.floor(at / 5880) * 5,
    ];
    const within = (cx: number, cy: number, rx: number, ry: number): boolean =>
      ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
    const noise = 15 * random.normal();
    if (Math.hypot(x - 65, y - 5, z - 15) < 20) return 40 + noise;
    if (within(0, 75, 18, 20)) return 300 + noise;
    if (within(-75, 0, 55, 80) || within(75, 0, 50, 75)) return (random.next() < 0.04 ? -300 : -850) + noise;
    return (within(0, 0, 150, 110) ? 40 : -1000) + noise;
  }),
};
const options = { cleanUp: "largest", progress: silentProgress } as const;

test("each of eight orientations gives the same confidence in each place of the patient, to the byte", async () => {
  const expected = await contourCt(chest, model, options);
  expect(expected.confidence.data.some((value) => value >= 128)).toBe(true);
  expect(expected.findings).toEqual([]);
  for (const way of Object.values(storedWays)) {
    const stored = turnedGrid(grid, way);
    const turn = turnOf(stored);
    const result = await contourCt({ grid: stored, hu: toStored(chest.hu, turn) }, model, options);
    expect(result.mask.grid).toBe(stored);
    expect(toUpright(result.confidence.data, turn)).toEqual(expected.confidence.data);
    expect(toUpright(result.mask.data, turn)).toEqual(expected.mask.data);
  }
});

test("a CT that is not in Hounsfield units is refused with a named error before the model runs", async () => {
  const stripped = { grid, hu: chest.hu.map((hu) => Math.max(0, hu + 1024)) };
  await expect(contourCt(stripped, model, options)).rejects.toMatchObject({ code: "not-hu" });
});

test("where no lungs are seen the contour says so", async () => {
  const tissue = { grid, hu: chest.hu.map((hu) => (hu > -900 && hu < -200 ? 40 : hu)) };
  const { findings } = await contourCt(tissue, model, options);
  expect(findings.map(({ code }) => code)).toEqual(["no-lungs"]);
});

test("of a whole chest the network sees the box round both lungs, and whole slices where that is asked for", async () => {
  // The same six slices six times: lungs of 180 mm.
  const tall: CtImage = {
    grid: createGrid([84, 70, 36], grid.spacingMm, grid.origin),
    hu: Int16Array.from({ length: 36 * 5880 }, (_, at) => chest.hu[at % chest.hu.length]),
  };
  const extentsSeen = async (region?: "all"): Promise<string[]> => {
    const extents = new Set<string>();
    const predict = async (
      _: Float32Array,
      batch: number,
      extent: readonly number[] = [],
    ): Promise<Float32Array> => {
      extents.add(extent.join(" x "));
      return new Float32Array(batch * extent[0] * extent[1]);
    };
    await contourCt(tall, { ...model, predict }, { ...options, ...(region && { region }) });
    return [...extents];
  };
  expect(await extentsSeen("all")).toEqual(["256 x 256"]);
  const [near, ...others] = await extentsSeen();
  expect(others).toEqual([]);
  const [rows, columns] = near.split(" x ").map(Number);
  expect(rows).toBeLessThan(256);
  expect([rows % 32, columns % 32]).toEqual([0, 0]);
});

test("a head above the chest, or a belly that is wider than it, changes nothing of the contour", async () => {
  const area = 84 * 70;
  /** Lungs of 180 mm, 40 mm of the trunk above and below, then 150 mm of an ellipse at either end. */
  const withEnds = (rx: number, ry: number): CtImage => {
    const ellipse = (at: number): number => {
      const [x, y] = [(at % 84) * 4.4 - 180, Math.floor(at / 84) * 4.8 - 170];
      return (x / rx) ** 2 + (y / ry) ** 2 < 1 ? 40 : -1000;
    };
    const trunk = (at: number): number =>
      (((at % 84) * 4.4 - 180) / 150) ** 2 + ((Math.floor(at / 84) * 4.8 - 170) / 110) ** 2 < 1 ? 40 : -1000;
    const sliceAt =
      (k: number) =>
      (at: number): number => {
        if (k < 30 || k >= 82) return ellipse(at);
        return k < 38 || k >= 74 ? trunk(at) : chest.hu[at + area * ((k - 38) % 6)];
      };
    return {
      grid: createGrid([84, 70, 112], grid.spacingMm, grid.origin),
      hu: Int16Array.from({ length: 112 * area }, (_, at) => sliceAt(Math.floor(at / area))(at % area)),
    };
  };
  const [plain, ...others] = [withEnds(150, 110), withEnds(75, 95), withEnds(172, 120)];
  const expected = await contourCt(plain, model, { ...options, cleanUp: "tumour" });
  expect(expected.mask.data).toContain(1);
  for (const other of others) {
    const { confidence, mask } = await contourCt(other, model, { ...options, cleanUp: "tumour" });
    expect(confidence.data).toEqual(expected.confidence.data);
    expect(mask.data).toEqual(expected.mask.data);
  }
});

test("of slices of 1 mm every second is looked at, and every one where that is asked for, or where the model was trained elsewhere", async () => {
  const thin: CtImage = {
    grid: createGrid([84, 70, 12], [grid.spacingMm[0], grid.spacingMm[1], 1], grid.origin),
    hu: Int16Array.from({ length: 12 * 5880 }, (_, at) => chest.hu[(at % 5880) + 5880 * 3]),
  };
  const slicesSeen = async (more: Partial<ContouringModel>, region?: "all"): Promise<number> => {
    let count = 0;
    const predict: ContouringModel["predict"] = (images, batch, extent) => {
      count += batch;
      return model.predict(images, batch, extent);
    };
    await contourCt(thin, { ...model, ...more, predict }, { ...options, ...(region && { region }) });
    return count;
  };
  expect(await slicesSeen({})).toBe(7);
  expect(await slicesSeen({}, "all")).toBe(12);
  expect(await slicesSeen({ everySlice: true })).toBe(12);
});

test("a second network is asked about the tumour's slices alone, and sees of them what the first sees", async () => {
  const slices = 36;
  const inTumour = (at: number): boolean => {
    const [x, y] = [(at % 84) * 4.4 - 180, (Math.floor(at / 84) % 70) * 4.8 - 170];
    return Math.hypot(x - 65, y - 5) < 21;
  };
  // The tumour is in the middle six of 36 slices.
  const long: CtImage = {
    grid: createGrid([84, 70, slices], grid.spacingMm, grid.origin),
    hu: Int16Array.from({ length: slices * 5880 }, (_, at) => {
      const isMiddle = Math.floor(at / 5880 / 6) === 2;
      return isMiddle || !inTumour(at) ? chest.hu[at % chest.hu.length] : -850;
    }),
  };
  const digests: { first: string[]; second: string[] } = { first: [], second: [] };
  const watched = (who: "first" | "second"): ContouringModel["predict"] => {
    return (images, batch, extent) => {
      const length = images.length / batch;
      for (let index = 0; index < batch; index++)
        digests[who].push(digestOf(images.subarray(index * length, (index + 1) * length)));
      return model.predict(images, batch, extent);
    };
  };
  const second = async () => ({ ...model, predict: watched("second") });
  const asking = { ...model, predict: watched("first"), second };
  const both = await contourCt(long, asking, { ...options, cleanUp: "tumour" });
  expect(digests.first.length).toBe(slices);
  // 10 mm beyond the contour at either end.
  const drawn = boundingBox(both.mask);
  expect(drawn).toBeDefined();
  expect(digests.second.length).toBe((drawn?.to[2] ?? 0) - (drawn?.from[2] ?? 0) + 4);
  expect(digests.second.filter((image) => !digests.first.includes(image))).toEqual([]);
  const alone = await contourCt(long, { ...model, second: undefined }, { ...options, cleanUp: "tumour" });
  expect(sameVoxels(both.mask, alone.mask)).toBe(true);
});

function digestOf(images: Float32Array): string {
  const { buffer, byteOffset, byteLength } = images;
  return createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");
}
