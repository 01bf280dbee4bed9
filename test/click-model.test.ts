/**
 * The shipped network that answers clicks, on phantoms whose tumour is known: what lies under the pointer must not matter, nor
 * how large the tumour is, nor how the CT is stored. The phantoms here are of a seed that it was not trained on.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type VoxelPoint, voxelPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { reachOf } from "#editing/region-cut/region-reach.ts";
import type { Region } from "#editing/region-cut/segment-region.ts";
import { boundingBox } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { volumeCc } from "#geometry/mask.ts";
import { overlapInBox } from "#geometry/overlap.ts";
import { storedMask, storedPoint, turnOf, uprightCt, uprightMask } from "#geometry/upright.ts";
import { clickModel, type LoadedModel, loadModel } from "#model/run/load-model.ts";
import { generatePatient } from "#phantom/generate.ts";
import { findRegion, type RegionPrompt, seeUpright } from "#segment/prompts/find-region.ts";
import { drawClicks } from "../bench/clicks/trials.ts";

let model: LoadedModel;
beforeAll(async () => {
  model = await loadModel(clickModel, { threads: 1 });
});
afterAll(() => model.dispose());

const find = (ct: CtImage, prompt: RegionPrompt): Promise<Region> =>
  findRegion(seeUpright(ct), model, prompt);

function phantom(volumeCc: number, contact: "none" | "chest-wall" | "mediastinum") {
  const tumourPlan = { lobe: "right-upper", contact, volumeCc } as const;
  return generatePatient(createRandom("a click"), { size: 192, tumourPlan });
}

/** The ball of `radius` pixels round a place of a slice set to `hu`. */
function painted({ grid, hu }: CtImage, [i, j, k]: VoxelPoint, radius: number, value: number): CtImage {
  const changed = hu.slice();
  for (let y = Math.ceil(j - radius); y <= j + radius; y++) {
    for (let x = Math.ceil(i - radius); x <= i + radius; x++) {
      if (Math.hypot(x - i, y - j) <= radius) changed[x + grid.size[0] * (y + grid.size[1] * k)] = value;
    }
  }
  return { grid, hu: changed };
}

describe("a click into a tumour of 30 cc", () => {
  const patient = phantom(30, "none");
  const [click] = drawClicks(patient.gtv, 1, 7);

  test("finds it: DSC above 0.8", async () => {
    expect(overlapInBox(patient.gtv, await find(patient, { click })).dsc).toBeGreaterThan(0.8);
  });

  test.each([
    ["a voxel of noise", 0, 900],
    ["a bronchus", 2, -950],
    ["a calcification", 2, 900],
  ])("on %s finds the same, within a DSC of 0.05", async (_, radius, hu) => {
    const plain = overlapInBox(patient.gtv, await find(patient, { click })).dsc ?? 0;
    const under =
      overlapInBox(patient.gtv, await find(painted(patient, click, radius, hu), { click })).dsc ?? 0;
    expect(Math.abs(under - plain)).toBeLessThan(0.05);
  });

  test("finds the same however the CT is stored, to the voxel", async () => {
    const turn = turnOf(patient.grid);
    const upright = uprightCt(patient, turn);
    // The same patient feet first: columns and slices run the other way.
    const { axes, size, spacingMm } = upright.grid;
    const back = ([x, y, z]: readonly [number, number, number]) => [0 - x, 0 - y, 0 - z] as const;
    const end = upright.grid.origin.map(
      (mm, axis) =>
        mm + axes[0][axis] * (size[0] - 1) * spacingMm[0] + axes[2][axis] * (size[2] - 1) * spacingMm[2],
    );
    const grid = {
      ...upright.grid,
      origin: [end[0], end[1], end[2]] as unknown as typeof upright.grid.origin,
      axes: [back(axes[0]), axes[1], back(axes[2])] as const,
    };
    const feetFirst = turnOf(grid);
    const hu = new Int16Array(upright.hu.length);
    const [ni, nj, nk] = size;
    for (let k = 0, at = 0; k < nk; k++) {
      for (let j = 0; j < nj; j++) {
        for (let i = 0; i < ni; i++, at++) hu[ni - 1 - i + ni * (j + nj * (nk - 1 - k))] = upright.hu[at];
      }
    }
    const target = storedMask(uprightMask(patient.gtv, turn), feetFirst);
    const storedClick = storedPoint(feetFirst, click);
    const plain = await find(upright, { click });
    const turned = await find({ grid, hu }, { click: storedClick });
    expect(overlapInBox(target, turned).dsc).toBe(overlapInBox(uprightMask(patient.gtv, turn), plain).dsc);
  });

  test("beside the CT finds nothing", async () => {
    for (const place of [voxelPoint(-3, 5, 4), voxelPoint(5, 5, 4000)])
      expect((await find(patient, { click: place })).inside.includes(1)).toBe(false);
  });

  test("and a box 5 mm round it finds it: DSC above 0.85, nothing beside its sides", async () => {
    const box = boundingBox(patient.gtv);
    if (box === undefined) throw new Error("the phantom has no tumour");
    const room = patient.grid.spacingMm.map((mm) => Math.ceil(5 / mm));
    const low = (axis: 0 | 1 | 2): number => box.from[axis] - room[axis];
    const high = (axis: 0 | 1 | 2): number => box.to[axis] + room[axis];
    const drawnBox = { from: [low(0), low(1), low(2)], to: [high(0), high(1), high(2)] } as const;
    const region = await find(patient, { box: drawnBox });
    expect(overlapInBox(patient.gtv, region).dsc).toBeGreaterThan(0.85);
    for (const axis of [0, 1] as const) {
      expect(region.box.from[axis]).toBeGreaterThanOrEqual(drawnBox.from[axis]);
      expect(region.box.to[axis]).toBeLessThanOrEqual(drawnBox.to[axis]);
    }
  });
});

test("a box of three slices round the middle of a tumour grows to its ends: DSC above 0.8", async () => {
  const patient = phantom(12, "none");
  const box = boundingBox(patient.gtv);
  if (box === undefined) throw new Error("the phantom has no tumour");
  const room = Math.ceil(5 / patient.grid.spacingMm[0]);
  const middle = Math.floor((box.from[2] + box.to[2]) / 2);
  const drawnBox = {
    from: [box.from[0] - room, box.from[1] - room, middle - 1],
    to: [box.to[0] + room, box.to[1] + room, middle + 2],
  } as const;
  const region = await find(patient, { box: drawnBox });
  expect(box.to[2] - box.from[2]).toBeGreaterThan(3);
  expect(overlapInBox(patient.gtv, region).dsc).toBeGreaterThan(0.8);
  // What was looked through for nothing is not part of it, but for the slices that show that the tumour ended.
  const reach = reachOf(region, patient.grid) ?? drawnBox;
  expect([region.box.from[2], region.box.to[2]]).toEqual([reach.from[2] - 2, reach.to[2] + 2]);
});

test("a tumour wider than 80 mm is taken whole: DSC above 0.8", async () => {
  const patient = phantom(320, "chest-wall");
  const box = boundingBox(patient.gtv);
  const widest = Math.max(
    ...[0, 1, 2].map(
      (axis) => ((box?.to[axis] ?? 0) - (box?.from[axis] ?? 0)) * patient.grid.spacingMm[axis],
    ),
  );
  expect(widest).toBeGreaterThan(80);
  const [click] = drawClicks(patient.gtv, 1, 3);
  const region = await find(patient, { click });
  expect(overlapInBox(patient.gtv, region).dsc).toBeGreaterThan(0.8);
  expect(volumeCc(patient.gtv)).toBeGreaterThan(250);
});
