/** A tumour painted into a real thorax, with what belongs to it: collapse or consolidation behind it, halo, spicules, vessels. */
import type { Random } from "#core/random.ts";
import type { Canvas, Point } from "#phantom/canvas.ts";
import { paintConsolidation } from "#phantom/distractors.ts";
import type { Lobe } from "#phantom/table1.ts";
import type { Tumour } from "#phantom/tumour.ts";
import { drawWideAppearance, paintBody } from "#phantom/tumour-appearance.ts";
import {
  type LungSpace,
  paintAtelectasis,
  paintFeedingVessels,
  paintHalo,
  paintSpicules,
} from "#phantom/tumour-surroundings.ts";
import type { Site } from "./place-tumour.ts";
import { nearestIn, placesAround, pointAt, type RealThorax } from "./real-thorax.ts";

/** Darker than fat, outside the lung: partly lung. And what it becomes. */
const fatHu = -115;
const sealHu = 25;
type Scene = {
  readonly thorax: RealThorax;
  readonly canvas: Canvas;
  readonly shape: LungSpace;
  readonly contrast: number;
};

/** What is inside it. */
export type TumourCore = "none" | "necrosis" | "cavity";

type PlacedTumour = { readonly tumour: Tumour; readonly site: Site };

/** Adds to `findings` what stands beside the tumour. */
export function paintTumour(
  { thorax, canvas, shape, contrast }: Scene,
  { tumour, site }: PlacedTumour,
  random: Random,
  findings: string[],
): TumourCore {
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
export function contrastOf({ textures }: RealThorax): number {
  const blood = textures.map(({ bloodHu, muscleHu }) => bloodHu - muscleHu).sort((a, b) => a - b);
  return Math.min(1, Math.max(0, (blood[blood.length >> 1] - 15) / 120));
}

/** Lobes of real lungs are not known: an oblique plane of its own stands for the fissure. */
export function lungSpace(thorax: RealThorax, random: Random): LungSpace {
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
