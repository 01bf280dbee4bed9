/**
 * A tumour of the generator in a stack of a real patient's slices, with the answer: what was drawn is the mask. Its edge has the
 * scan's sharpness, its tissue the scan's noise. Beside it stand things that are not in the mask; a stack may hold them alone.
 */
import type { Random } from "#core/random.ts";
import { emptyMask, type Mask, volumeCc } from "#geometry/mask.ts";
import type { Distance, Point } from "#phantom/canvas.ts";
import { gaussian, noiseTexture } from "#phantom/scanner.ts";
import { ballRadiusMm, growBody, type Tumour } from "#phantom/tumour.ts";
import { paintDistractors } from "./paint-distractors.ts";
import { contrastOf, lungSpace, paintTumour, type TumourCore } from "./paint-in-thorax.ts";
import { findSite, type InsertContact } from "./place-tumour.ts";
import { canvasOver, nearestIn, placesAround, type RealThorax } from "./real-thorax.ts";

type InsertPlan = { readonly volumeCc: number; readonly contact: InsertContact };

export type Inserted = {
  /** Of the stack, in its memory order. */
  readonly hu: Int16Array;
  readonly gtv: Mask;
  /** Undefined for a stack without tumour. */
  readonly tumour: InsertedTumour | undefined;
  readonly findings: readonly string[];
};

export type InsertedTumour = {
  readonly contact: InsertContact;
  /** Of the whole body; a stack of one slice holds a section of it. */
  readonly bodyCc: number;
  readonly maskCc: number;
  readonly side: "right" | "left";
  readonly subsolid: boolean;
  readonly spiculated: boolean;
  readonly core: TumourCore;
};

/** Part of a lung's section that a tumour may fill. */
const mostOfLung = 0.7;
const fewestPixels = 8;
/** What is no tumour stands apart from it, or against it. */
const keepAwayMm = [0.5, 9] as const;

/**
 * Undefined where no place for such a tumour was found. Without `plan` only what is no tumour is painted, or nothing.
 */
export function insertInto(
  thorax: RealThorax,
  plan: InsertPlan | undefined,
  random: Random,
): Inserted | undefined {
  const canvas = canvasOver(thorax);
  const contrast = contrastOf(thorax);
  const shape = lungSpace(thorax, random.fork("fissure"));
  if (plan === undefined) {
    const lungs = { canvas, shape, contrast, keepOut: () => 1e3 };
    const findings = paintDistractors(thorax, lungs, random.fork("distractors"), 0.8);
    return { ...finish(thorax, canvas, undefined, random.fork("noise")), tumour: undefined, findings };
  }
  const placed = placeTumour(thorax, plan, random);
  if (placed === undefined) return undefined;
  const { tumour, site, invasionMm } = placed;
  const apartMm = random.fork("apart").pick(keepAwayMm);
  const keepOut: Distance = (x, y, z) => tumour.distance(x, y, z) - apartMm;
  const findings = paintDistractors(
    thorax,
    { canvas, shape, contrast, keepOut },
    random.fork("distractors"),
    0.25,
  );
  const core = paintTumour({ thorax, canvas, shape, contrast }, { tumour, site }, random, findings);
  const done = finish(thorax, canvas, tumour, random.fork("noise"));
  const pixels = done.gtv.data.reduce((sum, value) => sum + value, 0);
  if (pixels < fewestPixels || tooLarge(thorax, done.gtv)) return undefined;
  return {
    ...done,
    findings: [...findings, ...(invasionMm > 4 ? ["invasion"] : [])],
    tumour: {
      contact: site.contact,
      bodyCc: plan.volumeCc,
      maskCc: volumeCc(done.gtv),
      side: site.side === 1 ? "right" : "left",
      subsolid: tumour.subsolid,
      spiculated: tumour.spiculated,
      core,
    },
  };
}

function placeTumour(thorax: RealThorax, plan: InsertPlan, random: Random) {
  const radiusMm = ballRadiusMm(plan.volumeCc);
  const site = findSite(thorax, { radiusMm, contact: plan.contact }, random.fork("site"));
  if (site === undefined) return undefined;
  const traits = random.fork("traits");
  // A slice that stands alone shows any section of the body.
  const off = thorax.layers === 1 ? traits.uniform(-0.8, 0.8) * radiusMm : 0;
  const centre: Point = [site.centre[0], site.centre[1], site.centre[2] + off];
  const central = site.contact === "mediastinum" || site.contact === "hilum" || site.contact === "aorta";
  // The pixels that lung and pleura share belong to the tumour, however little it invades.
  const pleuraMm = 0.8 * thorax.pixelMm;
  const invasionMm =
    pleuraMm +
    traits.pick(
      [traits.uniform(0, 1.5), traits.uniform(1.5, central ? 8 : 3)],
      [3, central && radiusMm > 14 ? 1.5 : 0.5],
    );
  const { lungMm, firm, sides } = thorax;
  const clip: Distance = (x, y, z) => {
    const at = nearestIn(thorax, [x, y, z]);
    // The other lung, met through the mediastinum, is out of reach.
    if (firm[at] === 1 || sides[at] === 3 - site.side) return 3;
    return lungMm[at] - invasionMm;
  };
  const body = growBody(
    { centre, volumeCc: plan.volumeCc, clip, samples: 24, turned: true },
    random.fork("body"),
  );
  const tumour: Tumour = {
    ...body,
    spiculated: traits.next() < 0.4,
    necrotic: false,
    atelectasis: radiusMm > 10 && traits.next() < (central ? 0.4 : 0.15),
    subsolid: site.contact === "none" && radiusMm < 20 && traits.next() < 0.15,
  };
  return { tumour, site, invasionMm };
}

/** The scan's noise where tissue was painted over, whole HU; the mask is where the body was drawn. */
function finish(
  thorax: RealThorax,
  { hu, covered }: { readonly hu: Float32Array; readonly covered: Float32Array },
  tumour: Tumour | undefined,
  random: Random,
): { readonly hu: Int16Array; readonly gtv: Mask } {
  const { ct, size, layers, textures } = thorax;
  const area = size * size;
  const result = ct.hu.slice();
  const gtv = emptyMask(ct.grid);
  for (let k = 0; k < layers; k++) {
    const slice = covered.subarray(k * area, (k + 1) * area);
    if (!slice.some((part) => part > 0)) continue;
    const { noiseHu, grainPixels } = textures[k];
    const grain = { fine: gaussian(grainPixels), coarse: gaussian(grainPixels * 2.2), sharpness: 0 };
    const noise = noiseTexture(random.fork(k), size, grain);
    for (let index = 0; index < area; index++) {
      if (slice[index] <= 0) continue;
      const at = k * area + index;
      const lost = Math.sqrt(1 - (1 - slice[index]) ** 2);
      result[at] = Math.max(-1024, Math.min(3071, Math.round(hu[at] + lost * noiseHu * noise[index])));
    }
  }
  if (tumour !== undefined) drawMask(thorax, tumour, gtv.data);
  return { hu: result, gtv };
}

function drawMask(thorax: RealThorax, { centre, reachMm, distance }: Tumour, data: Uint8Array): void {
  for (const [at, point] of placesAround(thorax, centre, reachMm)) if (distance(...point) < 0) data[at] = 1;
}

/** A tumour that fills a lung's whole section leaves no lung to tell it by. */
function tooLarge({ sides, size, layers }: RealThorax, { data }: Mask): boolean {
  const area = size * size;
  for (let k = 0; k < layers; k++) {
    const lung = [0, 0, 0];
    const filled = [0, 0, 0];
    for (let at = k * area; at < (k + 1) * area; at++) {
      lung[sides[at]]++;
      filled[sides[at]] += data[at];
    }
    if ([1, 2].some((side) => filled[side] > mostOfLung * lung[side] && filled[side] > 400)) return true;
  }
  return false;
}
