/** What is no tumour in a real thorax: consolidation, collapse, effusion, bands, granulomas, each by chance. */
import type { Random } from "#core/random.ts";
import type { Point } from "#phantom/canvas.ts";
import {
  type Lungs,
  paintBand,
  paintConsolidation,
  paintEffusion,
  paintGranuloma,
} from "#phantom/distractors.ts";
import { paintAtelectasis } from "#phantom/tumour-surroundings.ts";
import { pointAt, type RealThorax } from "./real-thorax.ts";

/** `often` multiplies each chance. Returns the names of what was painted. */
export function paintDistractors(thorax: RealThorax, lungs: Lungs, random: Random, often: number): string[] {
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
