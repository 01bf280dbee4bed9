/** Where in real lungs a tumour of a size goes: free in the lung, or against what it is to touch. */
import type { Random } from "#core/random.ts";
import type { Point } from "#phantom/canvas.ts";
import { type Border, contactAt } from "./borders.ts";
import { pointAt, type RealThorax } from "./real-thorax.ts";

export const insertContacts = ["none", "wall", "mediastinum", "hilum", "aorta", "diaphragm"] as const;
export type InsertContact = (typeof insertContacts)[number];

export type Site = {
  readonly centre: Point;
  readonly contact: InsertContact;
  /** 1 right lung, 2 left lung. */
  readonly side: number;
};

const attempts = 500;
/** A tumour of this radius fits between wall and mediastinum nowhere: it is placed against one of them. */
const largestFreeMm = 32;

/** Undefined where nothing near what is wanted was found. */
export function findSite(
  thorax: RealThorax,
  { radiusMm, contact }: { readonly radiusMm: number; readonly contact: InsertContact },
  random: Random,
): Site | undefined {
  if (contact === "none") return radiusMm > largestFreeMm ? undefined : freeSite(thorax, radiusMm, random);
  return contactSite(thorax, radiusMm, contact, random);
}

/** The deepest of some random places if none is deep enough to be free all round. */
function freeSite(thorax: RealThorax, radiusMm: number, random: Random): Site | undefined {
  const { inLung, lungMm, sides } = thorax;
  const freeDepthMm = radiusMm * 1.2 + 2;
  let best: number | undefined;
  for (let attempt = 0; attempt < attempts / 5; attempt++) {
    const at = inLung[random.integer(inLung.length)];
    if (tooNearTheEnd(thorax, at, radiusMm)) continue;
    if (best === undefined || lungMm[at] < lungMm[best]) best = at;
    if (-lungMm[at] >= freeDepthMm) {
      best = at;
      break;
    }
  }
  if (best === undefined || -lungMm[best] < radiusMm * 0.8) return undefined;
  return { centre: pointAt(thorax, best), contact: "none", side: sides[best] };
}

function contactSite(thorax: RealThorax, radiusMm: number, border: Border, random: Random): Site | undefined {
  const { atSurface, sides } = thorax;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const at = atSurface[random.integer(atSurface.length)];
    if (tooNearTheEnd(thorax, at, radiusMm * 0.6)) continue;
    const contact = contactAt(thorax, at);
    if (contact?.border !== border) continue;
    const { point, outward } = contact;
    // Central tumours grow about what they touch; those of the wall bulge into the lung.
    const inMm = radiusMm * (border === "wall" ? random.uniform(0.3, 0.9) : random.uniform(0.1, 0.85));
    const centre: Point = [
      point[0] - outward[0] * inMm,
      point[1] - outward[1] * inMm,
      point[2] - outward[2] * inMm,
    ];
    return { centre, contact: border, side: sides[at] };
  }
  return undefined;
}

/** A stack holds the whole of a tumour where it can; stacks of one slice hold a section of any. */
function tooNearTheEnd({ size, layers, layerMm }: RealThorax, at: number, radiusMm: number): boolean {
  if (layers === 1) return false;
  const z = Math.floor(at / (size * size)) * layerMm;
  const margin = Math.min(radiusMm * 1.1, (layers * layerMm) / 2 - layerMm);
  return z < margin || z > (layers - 1) * layerMm - margin;
}
