/**
 * One synthetic patient: a thorax CT in HU and the GTV of its tumour. The same random stream gives the same patient at
 * any matrix size (up to what the pixels resolve). Synthetic anatomy: for development and teaching, no patient's data.
 */
import { patientPoint } from "../core/coordinates.ts";
import type { Random } from "../core/random.ts";
import { createGrid, type Grid } from "../geometry/grid.ts";
import { countVoxels, type Mask, volumeCc } from "../geometry/mask.ts";
import { type BodyPlan, drawBodyPlan } from "./body-plan.ts";
import { createCanvas, type Placement, paintEllipsoid } from "./canvas.ts";
import { paintChestOrgans } from "./chest-organs.ts";
import { averageLayers, drawKernel, scan } from "./scanner.ts";
import { paintSkeleton } from "./skeleton.ts";
import { outsideHu, paintCouch, paintSoftTissue } from "./soft-tissue.ts";
import { drawTumour, type TumourPlan } from "./table1.ts";
import { createThoraxShape, type ThoraxShape } from "./thorax-shape.ts";
import { paintTumour, placeTumour, type Tumour } from "./tumour.ts";

export type PhantomPatient = {
  readonly grid: Grid;
  /** offset = i + ni * (j + nj * k). */
  readonly hu: Int16Array;
  readonly gtv: Mask;
  readonly description: PhantomDescription;
};

export type PhantomDescription = TumourPlan & {
  readonly maskVolumeCc: number;
  readonly spiculated: boolean;
  readonly necrotic: boolean;
  readonly atelectasis: boolean;
  readonly kernel: string;
  readonly noiseHu: number;
  readonly contrast: boolean;
  readonly slices: number;
  readonly pixelMm: number;
};

/** Slices of the paper's CTs: 57 to 121, 5 mm thick. */
export const sliceMm = 5;
const sliceRange = { fewest: 57, most: 121 } as const;

/** `size`: rows and columns of the image, 512 for what a scanner writes. */
export function generatePatient(random: Random, { size }: { readonly size: number }): PhantomPatient {
  const plan = drawBodyPlan(random.fork("body"));
  const shape = createThoraxShape(plan, random);
  const tumourPlan = drawTumour(random.fork("table1"));
  const tumour = placeTumour(plan, shape, tumourPlan, random.fork("tumour"));
  const kernel = drawKernel(random.fork("kernel"));
  const placement = placeImage(plan, shape, size, random.fork("placement"));

  const canvas = createCanvas(placement, outsideHu);
  paintSoftTissue(canvas, plan, shape, random.fork("soft"));
  paintSkeleton(canvas, plan, shape, random.fork("skeleton"));
  paintChestOrgans(canvas, plan, shape, random.fork("organs"));
  paintBenignNodules(canvas, plan, shape, tumour, random.fork("nodules"));
  paintTumour(canvas, plan, shape, tumour, random.fork("paint"));
  const backY = backOf(shape, plan);
  paintCouch(canvas, plan, backY, random.fork("couch"));

  const slices = placement.layers / 2;
  const shoulderFrom = Math.round((plan.apexZ - 40 - placement.firstZ) / sliceMm);
  const hu = scan(averageLayers(canvas), size, placement.pixelMm, shoulderFrom, kernel, random.fork("noise"));
  const middleZ = placement.firstZ + placement.layerMm / 2;
  // Where the scanner's origin lies has nothing to do with the body.
  const offset = random.fork("origin");
  const shift = [offset.uniform(-20, 20), offset.uniform(-200, 100), offset.uniform(-900, 300)];
  const round = (value: number): number => Math.round(value * 100) / 100;
  const grid = createGrid(
    [size, size, slices],
    [placement.pixelMm, placement.pixelMm, sliceMm],
    patientPoint(
      round(placement.firstX + shift[0]),
      round(placement.firstY + shift[1]),
      round(middleZ + shift[2]),
    ),
  );
  const gtv = rasteriseTumour(grid, placement, tumour);
  const { spiculated, necrotic, atelectasis } = tumour;
  return {
    grid,
    hu,
    gtv,
    description: {
      ...tumourPlan,
      maskVolumeCc: volumeCc(gtv),
      spiculated,
      necrotic,
      atelectasis,
      kernel: kernel.name,
      noiseHu: kernel.noiseHu,
      contrast: plan.contrast > 0,
      slices,
      pixelMm: placement.pixelMm,
    },
  };
}

function placeImage(plan: BodyPlan, shape: ThoraxShape, size: number, random: Random): Placement {
  const top = plan.apexZ + plan.neckAbove;
  const bottom = plan.baseZ - plan.abdomenBelow * 0.6 + 20;
  const wanted = Math.round((top - bottom) / sliceMm);
  const slices = Math.min(sliceRange.most, Math.max(sliceRange.fewest, wanted));
  let halfWidth = 150;
  while (shape.body(halfWidth, 0, -40) < 0) halfWidth += 5;
  const field = Math.min(520, Math.max(330, 2 * halfWidth * random.uniform(1.03, 1.28)));
  // The pixel size is what a scanner would write for 512 pixels, whatever the matrix here.
  const pixelMm = (Math.round((field / 512) * 1000) / 1000) * (512 / size);
  return {
    size,
    layers: 2 * slices,
    pixelMm,
    layerMm: sliceMm / 2,
    firstX: -((size - 1) / 2) * pixelMm - plan.shiftX,
    firstY: -((size - 1) / 2) * pixelMm - plan.shiftY,
    firstZ: top - slices * sliceMm + sliceMm / 4,
  };
}

/** The rearmost point of the body, where the couch begins. */
function backOf(shape: ThoraxShape, plan: BodyPlan): number {
  let back = 0;
  for (let z = plan.baseZ; z < plan.apexZ; z += 20) {
    for (let x = -60; x <= 60; x += 10) {
      let y = 60;
      while (shape.body(x, y, z) < 0 && y < 260) y += 1;
      back = Math.max(back, y);
    }
  }
  return back;
}

/** Small nodules that are no tumour, some of them calcified. */
function paintBenignNodules(
  canvas: Parameters<typeof paintEllipsoid>[0],
  plan: BodyPlan,
  shape: ThoraxShape,
  tumour: Tumour,
  random: Random,
): void {
  const count = random.next() < 0.4 ? 1 + random.integer(3) : 0;
  for (let nodule = 0; nodule < count; nodule++) {
    const x = random.uniform(-plan.cavityX, plan.cavityX);
    const y = random.uniform(-plan.cavityY, plan.cavityY);
    const z = random.uniform(plan.baseZ, plan.apexZ);
    const radius = random.uniform(1.5, 3.5);
    if (shape.lung(x, y, z) > -radius || tumour.distance(x, y, z) < 10) continue;
    paintEllipsoid(canvas, [x, y, z], [radius, radius, radius], random.next() < 0.4 ? 350 : 20);
  }
}

/** Inside where the voxel's centre is, in the body frame of the painting. */
function rasteriseTumour(grid: Grid, placement: Placement, tumour: Tumour): Mask {
  const [size, , slices] = grid.size;
  const data = new Uint8Array(size * size * slices);
  const { centre, reachMm, distance } = tumour;
  for (let k = 0; k < slices; k++) {
    const z = placement.firstZ + placement.layerMm / 2 + k * sliceMm;
    if (Math.abs(z - centre[2]) > reachMm) continue;
    for (let j = 0; j < size; j++) {
      const y = placement.firstY + j * placement.pixelMm;
      if (Math.abs(y - centre[1]) > reachMm) continue;
      for (let i = 0; i < size; i++) {
        const x = placement.firstX + i * placement.pixelMm;
        if (Math.abs(x - centre[0]) <= reachMm && distance(x, y, z) < 0) data[i + size * (j + size * k)] = 1;
      }
    }
  }
  const mask = { grid, data };
  if (countVoxels(mask) === 0) throw new Error("the phantom's tumour lies outside its image");
  return mask;
}
