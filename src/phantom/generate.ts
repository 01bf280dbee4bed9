/**
 * One synthetic patient: a thorax CT in HU and the GTV of its tumour. The same random stream gives the same patient at
 * any matrix size (up to what the pixels resolve). Synthetic anatomy: for development and teaching, no patient's data.
 */
import { patientPoint } from "#core/coordinates.ts";
import type { Random } from "#core/random.ts";
import { createGrid, type Grid } from "#geometry/grid.ts";
import { countVoxels, type Mask, volumeCc } from "#geometry/mask.ts";
import { type BodyPlan, drawBodyPlan, widenVessels } from "./body-plan.ts";
import { createCanvas, type Placement, type Point } from "./canvas.ts";
import { paintChestOrgans } from "./chest-organs.ts";
import { paintLookalikes, paintLungFindings } from "./lung-findings.ts";
import { paintTumour } from "./paint-tumour.ts";
import { averageLayers, cutCircle, drawKernel, scan, widenKernel } from "./scanner.ts";
import { paintSkeleton } from "./skeleton.ts";
import type { TumourPlan } from "./table1.ts";
import { createThoraxShape, type ThoraxShape } from "./thorax/thorax-shape.ts";
import { outsideHu, paintCouch, paintSoftTissue } from "./tissue/soft-tissue.ts";
import { placeTumour, type Tumour } from "./tumour.ts";
import { drawPaperAppearance, drawWideAppearance } from "./tumour-appearance.ts";
import { type Acquisition, drawAcquisition, drawTumourPlan, type Variety } from "./variety.ts";

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
  readonly subsolid: boolean;
  readonly kernel: string;
  readonly noiseHu: number;
  readonly contrast: boolean;
  readonly slices: number;
  readonly pixelMm: number;
};

/** Slices of the paper's CTs: 57 to 121, 5 mm thick. */
const sliceMm = 5;
const layerMm = sliceMm / 2;
const sliceRange = { fewest: 57, most: 121 } as const;
/** Part of the wide cohort's tumours that are ground glass around a solid part. */
const subsolidPart = { paper: 0, wide: 0.12 } as const;

/**
 * `size`: rows and columns of the image, 512 for what a scanner writes. `tumourPlan`: a tumour that is wanted, instead of one
 * drawn from the paper's Table 1.
 */
export function generatePatient(
  random: Random,
  {
    size,
    variety = "paper",
    tumourPlan = drawTumourPlan(random.fork("table1"), variety),
  }: { readonly size: number; readonly variety?: Variety; readonly tumourPlan?: TumourPlan | undefined },
): PhantomPatient {
  const wide = variety === "wide";
  const drawnPlan = drawBodyPlan(random.fork("body"));
  const plan = wide ? widenVessels(drawnPlan, random.fork("vessels")) : drawnPlan;
  const shape = createThoraxShape(plan, random);
  const kinds = { variety, subsolidPart: subsolidPart[variety] };
  const tumour = placeTumour({ plan, shape }, tumourPlan, kinds, random.fork("tumour"));
  const acquisition = drawAcquisition(random.fork("placement"), variety);
  const drawnKernel = drawKernel(random.fork("kernel"));
  const kernel = wide ? widenKernel(drawnKernel, random.fork("widen")) : drawnKernel;
  const placement = placeImage({ plan, shape }, size, acquisition, tumour.centre);

  const canvas = createCanvas(placement, outsideHu);
  paintSoftTissue(canvas, plan, shape, random.fork("soft"));
  paintSkeleton({ canvas, plan, shape }, acquisition.armsDown, random.fork("skeleton"));
  paintChestOrgans(canvas, plan, shape, random.fork("organs"));
  paintLungFindings({ canvas, plan, shape, tumour }, random.fork("findings"));
  const brush = random.fork("paint");
  const appearance = wide
    ? drawWideAppearance(plan.contrast, tumour.radiusMm, brush)
    : drawPaperAppearance(plan.contrast, tumour, brush);
  if (wide) paintLookalikes({ canvas, plan, shape }, tumour, random.fork("lookalikes"));
  paintTumour({ canvas, plan, shape }, tumour, appearance, brush);
  paintCouch(canvas, plan, backOf(shape, plan), random.fork("couch"));

  const { layersPerSlice, breathingLayers, offsetHu } = acquisition;
  const spacingMm = layersPerSlice * layerMm;
  const slices = placement.layers / layersPerSlice;
  const shoulderFrom = Math.round((plan.apexZ - 40 - placement.firstZ) / spacingMm);
  const stillAbove = Math.round((plan.baseZ + plan.domeHeight + 20 - placement.firstZ) / layerMm);
  const layers = averageLayers(canvas, { layersPerSlice, breathingLayers, stillAbove });
  const tissue = { hu: layers, size, pixelMm: placement.pixelMm, shoulderFrom };
  const hu = scan(tissue, { kernel, offsetHu }, random.fork("noise"));
  if (acquisition.circle) cutCircle(hu, size);
  const middleZ = placement.firstZ + ((layersPerSlice - 1) / 2) * layerMm;
  // Where the scanner's origin lies has nothing to do with the body.
  const offset = random.fork("origin");
  const shift = [offset.uniform(-20, 20), offset.uniform(-200, 100), offset.uniform(-900, 300)];
  const round = (value: number): number => Math.round(value * 100) / 100;
  const grid = createGrid(
    [size, size, slices],
    [placement.pixelMm, placement.pixelMm, spacingMm],
    patientPoint(
      round(placement.firstX + shift[0]),
      round(placement.firstY + shift[1]),
      round(middleZ + shift[2]),
    ),
  );
  const gtv = rasteriseTumour(grid, placement, middleZ, tumour);
  const { spiculated, atelectasis, subsolid } = tumour;
  return {
    grid,
    hu,
    gtv,
    description: {
      ...tumourPlan,
      maskVolumeCc: volumeCc(gtv),
      spiculated,
      necrotic: appearance.core !== undefined,
      atelectasis,
      subsolid,
      kernel: kernel.name,
      noiseHu: kernel.noiseHu,
      contrast: plan.contrast > 0,
      slices,
      pixelMm: placement.pixelMm,
    },
  };
}

function placeImage(
  { plan, shape }: { readonly plan: BodyPlan; readonly shape: ThoraxShape },
  size: number,
  acquisition: Acquisition,
  [tumourX, , tumourZ]: Point,
): Placement {
  const { layersPerSlice, field, shiftMm, oneLung } = acquisition;
  const bottom = plan.baseZ - plan.abdomenBelow * 0.6 + 20;
  const spacingMm = layersPerSlice * layerMm;
  let top = plan.apexZ + plan.neckAbove;
  const slices = Math.min(
    sliceRange.most,
    Math.max(sliceRange.fewest, Math.round((top - bottom) / spacingMm)),
  );
  const heightMm = slices * spacingMm;
  // Thin slices do not reach over the whole chest: they must reach over the tumour.
  if (top - heightMm > bottom + layerMm) {
    const above = 0.5 + 0.25 * Math.sin(plan.shiftX);
    top = Math.min(top, Math.max(bottom + heightMm, tumourZ + heightMm * above));
  }
  let halfWidth = 150;
  while (shape.body(halfWidth, 0, -40) < 0) halfWidth += 5;
  const lungMm = Math.max(plan.cavityX * 1.05, plan.cavityY * 1.8);
  const chestMm = Math.min(520, Math.max(300, 2 * halfWidth * field));
  const fieldMm = oneLung > 0 ? lungMm * oneLung : chestMm;
  // The middle of a lung lies half way from the body's middle to its side.
  const lungX = oneLung > 0 ? Math.sign(tumourX) * plan.cavityX * 0.52 : 0;
  // The pixel size is what a scanner would write for 512 pixels, whatever the matrix here.
  const pixelMm = (Math.round((fieldMm / 512) * 1000) / 1000) * (512 / size);
  return {
    size,
    layers: layersPerSlice * slices,
    pixelMm,
    layerMm,
    firstX: -((size - 1) / 2) * pixelMm + (oneLung > 0 ? lungX : -plan.shiftX - shiftMm[0]),
    firstY: -((size - 1) / 2) * pixelMm - (oneLung > 0 ? 0 : plan.shiftY + shiftMm[1]),
    firstZ: top - heightMm + layerMm / 2,
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

/** Inside where the voxel's centre is, in the body frame of the painting. */
function rasteriseTumour(grid: Grid, placement: Placement, middleZ: number, tumour: Tumour): Mask {
  const [size, , slices] = grid.size;
  const data = new Uint8Array(size * size * slices);
  const { centre, reachMm, distance } = tumour;
  for (let k = 0; k < slices; k++) {
    const z = middleZ + k * grid.spacingMm[2];
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
