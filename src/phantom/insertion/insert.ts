/**
 * A tumour of the generator in a stack of a real patient's slices, with the answer: what was drawn is the mask. Its edge has the
 * scan's sharpness, its tissue the scan's noise. Beside it stand things that are not in the mask; a stack may hold them alone.
 */
import type { Random } from "#core/random.ts";
import { emptyMask, type Mask, volumeCc } from "#geometry/mask.ts";
import type { Canvas, Distance, Point } from "#phantom/canvas.ts";
import {
  type Lungs,
  paintBand,
  paintConsolidation,
  paintEffusion,
  paintGranuloma,
} from "#phantom/distractors.ts";
import { gaussian, noiseTexture } from "#phantom/scanner.ts";
import type { Lobe } from "#phantom/table1.ts";
import { ballRadiusMm, growBody, type Tumour } from "#phantom/tumour.ts";
import { drawWideAppearance, paintBody } from "#phantom/tumour-appearance.ts";
import {
  type LungSpace,
  paintAtelectasis,
  paintFeedingVessels,
  paintHalo,
  paintSpicules,
} from "#phantom/tumour-surroundings.ts";
import { findSite, type InsertContact, type Site } from "./place-tumour.ts";
import { canvasOver, nearestIn, pointAt, type RealThorax } from "./real-thorax.ts";

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
  readonly core: "none" | "necrosis" | "cavity";
};

/** Part of a lung's section that a tumour may fill. */
const mostOfLung = 0.7;
const fewestPixels = 8;
/** Darker than fat, outside the lung: partly lung. And what it becomes. */
const fatHu = -115;
const sealHu = 25;
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
  const core = paintAll({ thorax, canvas, shape, contrast }, { tumour, site }, random, findings);
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

type Scene = {
  readonly thorax: RealThorax;
  readonly canvas: Canvas;
  readonly shape: LungSpace;
  readonly contrast: number;
};

type PlacedTumour = { readonly tumour: Tumour; readonly site: Site };

/** Adds to `findings` what stands beside the tumour. Returns what is inside it. */
function paintAll(
  { thorax, canvas, shape, contrast }: Scene,
  { tumour, site }: PlacedTumour,
  random: Random,
  findings: string[],
): InsertedTumour["core"] {
  const beside = random.fork("beside");
  const texture = textureAt(thorax, site.centre);
  if (tumour.atelectasis) {
    findings.push("beside");
    if (beside.next() < 0.6)
      paintAtelectasis({ canvas, shape, contrast }, tumour, beside.fork("atelectasis"));
    else {
      const lungs = { canvas, shape, contrast, keepOut: () => 1e3 };
      paintConsolidation(lungs, surfaceOf(tumour, beside), beside.fork("consolidation"));
    }
  }
  if (beside.next() < 0.15) paintHalo(canvas, shape, tumour, beside.fork("halo"));
  if (tumour.spiculated) paintSpicules(canvas, shape, tumour, beside.fork("spicules"));
  const hilum = hilumOf(thorax, site.side);
  const bloodHu = Math.min(220, texture.bloodHu);
  paintFeedingVessels({ canvas, shape, bloodHu }, tumour, hilum, beside.fork("vessels"));
  sealPleura(thorax, canvas, tumour);
  const drawn = drawWideAppearance(contrast, tumour.radiusMm, random.fork("appearance"));
  const softness = Math.max(1, texture.blurPixels * Math.sqrt(12)) * drawn.softness ** 0.7;
  // Tumour is near the muscle's HU in a scan whose HU are off.
  const baseHu = drawn.baseHu + 0.7 * (texture.muscleHu - 50);
  paintBody(canvas, tumour, { ...drawn, softness, baseHu, grain: 0.6 * drawn.grain }, random.fork("texture"));
  return drawn.core === undefined ? "none" : drawn.core.hu < -500 ? "cavity" : "necrosis";
}

/**
 * Where a tumour meets the pleura, what the scanner's blur left of lung in the pixels outside becomes soft tissue: otherwise a dark
 * line shows where the lung ended.
 */
function sealPleura(thorax: RealThorax, canvas: Canvas, { centre, reachMm, distance }: Tumour): void {
  const { lungMm, firm, body, pixelMm } = thorax;
  for (const [at, point] of placesAround(thorax, centre, reachMm)) {
    const partial = lungMm[at] > 0 && lungMm[at] < 1.8 * pixelMm && canvas.hu[at] < fatHu;
    if (partial && body[at] === 1 && firm[at] === 0 && distance(...point) < 1.6 * pixelMm)
      canvas.hu[at] = sealHu;
  }
}

function* placesAround(thorax: RealThorax, centre: Point, reachMm: number): Generator<[number, Point]> {
  const { size, layers, pixelMm, layerMm, firstX, firstY } = thorax;
  const range = (middle: number, first: number, step: number, count: number): [number, number] => [
    Math.max(0, Math.floor((middle - reachMm - first) / step)),
    Math.min(count - 1, Math.ceil((middle + reachMm - first) / step)),
  ];
  const [i0, i1] = range(centre[0], firstX, pixelMm, size);
  const [j0, j1] = range(centre[1], firstY, pixelMm, size);
  const [k0, k1] = range(centre[2], 0, layerMm, layers);
  for (let k = k0; k <= k1; k++) {
    for (let j = j0; j <= j1; j++) {
      for (let i = i0; i <= i1; i++)
        yield [i + size * (j + size * k), [firstX + i * pixelMm, firstY + j * pixelMm, k * layerMm]];
    }
  }
}

function surfaceOf({ centre, distance, reachMm }: Tumour, random: Random): Point {
  const heading = [random.normal(), random.normal(), random.normal(0, 0.4)];
  const norm = Math.hypot(...heading);
  const at = (r: number): Point => [
    centre[0] + (heading[0] / norm) * r,
    centre[1] + (heading[1] / norm) * r,
    centre[2] + (heading[2] / norm) * r,
  ];
  let r = 0;
  while (r < reachMm && distance(...at(r)) < 0) r += 1;
  return at(r + 4);
}

/** Returns the names of what was painted. */
function paintDistractors(thorax: RealThorax, lungs: Lungs, random: Random, often: number): string[] {
  const painted: string[] = [];
  const { inLung, atSurface } = thorax;
  if (inLung.length === 0) return painted;
  const inside = (label: string): Point =>
    pointAt(thorax, inLung[random.fork(`${label}-at`).integer(inLung.length)]);
  const surface = (label: string): Point =>
    pointAt(thorax, atSurface[random.fork(`${label}-at`).integer(atSurface.length)]);
  const chance = (label: string, likely: number, paintIt: (ownRandom: Random) => void): void => {
    if (random.fork(`${label}-whether`).next() >= likely * often) return;
    painted.push(label);
    paintIt(random.fork(label));
  };
  chance("consolidation", 0.45, (ownRandom) => paintConsolidation(lungs, inside("consolidation"), ownRandom));
  chance("collapse", 0.35, (ownRandom) => {
    const centre = surface("collapse");
    paintAtelectasis(
      { ...lungs, canvas: lungs.canvas },
      { centre, radiusMm: ownRandom.uniform(4, 16) },
      ownRandom.fork("wedge"),
    );
  });
  chance("effusion", 0.2, (ownRandom) => {
    const side = ownRandom.pick([1, -1] as const);
    paintEffusion(lungs, backOf(thorax, side), side, ownRandom.fork("fluid"));
  });
  chance("band", 0.35, (ownRandom) => paintBand(lungs, surface("band"), ownRandom));
  chance("granuloma", 0.3, (ownRandom) => paintGranuloma(lungs, inside("granuloma"), ownRandom));
  return painted;
}

/** y of the rearmost lung on a side. */
function backOf(thorax: RealThorax, side: 1 | -1): number {
  let back = Number.NEGATIVE_INFINITY;
  for (const at of thorax.atSurface) {
    const [x, y] = pointAt(thorax, at);
    if (Math.sign(x) === side) back = Math.max(back, y);
  }
  return back;
}

/** Middle of the lung's side that faces the other, half way from front to back. */
function hilumOf(thorax: RealThorax, side: number): Point {
  let [x, y, z, count] = [0, 0, 0, 0];
  for (const at of thorax.inLung) {
    const point = pointAt(thorax, at);
    if (thorax.sides[at] !== side) continue;
    x += point[0];
    y += point[1];
    z += point[2];
    count++;
  }
  const middle = count === 0 ? 0 : x / count;
  return [middle * 0.45, y / Math.max(1, count), z / Math.max(1, count)];
}

function textureAt({ textures, layerMm, layers }: RealThorax, [, , z]: Point) {
  return textures[Math.max(0, Math.min(layers - 1, Math.round(z / layerMm)))];
}

/** 0 where the mediastinum is as the muscles are, 1 where blood is bright. */
function contrastOf({ textures }: RealThorax): number {
  const blood = textures.map(({ bloodHu, muscleHu }) => bloodHu - muscleHu).sort((a, b) => a - b);
  return Math.min(1, Math.max(0, (blood[blood.length >> 1] - 15) / 120));
}

/** Lobes of real lungs are not known: an oblique plane of its own stands for the fissure. */
function lungSpace(thorax: RealThorax, random: Random): LungSpace {
  const { lungMm } = thorax;
  const height = thorax.layers * thorax.layerMm;
  const [z0, y0, slope] = [random.uniform(-20, height + 20), random.normal(0, 20), random.uniform(0.6, 1.4)];
  const oblique = (y: number, z: number): number => (z - z0 - slope * (y - y0)) / Math.hypot(1, slope);
  return {
    lung: (x, y, z) => lungMm[nearestIn(thorax, [x, y, z])],
    lobe: (x, y, z): Lobe => {
      if (oblique(y, z) < 0) return x > 0 ? "left-lower" : "right-lower";
      return x > 0 ? "left-upper" : "right-upper";
    },
    fissure: (_, y, z) => Math.abs(oblique(y, z)),
  };
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
