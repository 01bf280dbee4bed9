/**
 * How much of a vessel's wall a slice shows, for every place and radius: where lung, fat or bone lies against it, or calcium in it. Where a
 * tumour does, nothing is seen; where the inside is not of one density, it is no vessel.
 */

/** Radii of descending aortas, from narrow to widened, mm. */
const radiusMm = { least: 9, most: 20 } as const;
/** One every millimetre. */
export const radii: readonly number[] = Array.from(
  { length: radiusMm.most - radiusMm.least + 1 },
  (_, index) => radiusMm.least + index,
);
/** The density is compared this far inside and outside of the wall: pixels of 2 mm blur it. */
const acrossMm = 2.5;
/** What a ring reaches to: no centre lies nearer to the image's edge. */
export const reachMm = radiusMm.most + acrossMm + 1;
const directions = 24;

/** HU of blood, with contrast or without. */
const bloodHu = { from: -10, to: 500 } as const;
/** Blood differs from place to place by less, in the middle and towards the wall. */
const evenHu = { middle: 45, wall: 60 } as const;
/** Lung and fat are so much less dense than what they lie against, bone and calcium so much denser. */
const edgeHu = { fall: 30, bone: 90, calcium: 100 } as const;
/** An aorta has calcium in its wall or lies against the spine with less; a vertebra has its cortex all round, the spinal canal its arch. */
const mostBone = 0.45 * directions;
/** A direction that is not of one density weighs more than one in which the wall is not seen. */
const unevenWeight = 1.5;
/** A middle or an inner ring of which more is uneven is no vessel's, and no larger one's. */
const mostUneven = directions / 2;

/** A slice of square or nearly square pixels, row by row. */
export type WallImage = {
  readonly width: number;
  readonly height: number;
  readonly pixelMm: readonly [number, number];
};

export type Seen = {
  /** Per row, column and radius in that order, at most 1: the part of the wall that is seen less the part that is uneven; -1 for no vessel. */
  readonly wall: Float32Array;
  /** HU in the middle, per row and column. */
  readonly blood: Float32Array;
};

/** What is seen on a slice (HU, the image's rows). */
export function wallSeer(image: WallImage): (slice: Float32Array) => Seen {
  const { width, height, pixelMm } = image;
  const middle = ringOf(radii[0] / 2, image);
  const rings = radii.map((mm) => ({
    inner: ringOf(mm - acrossMm, image),
    edge: ringOf(mm, image),
    outer: ringOf(mm + acrossMm, image),
  }));
  const [columns, rows] = pixelMm.map((mm) => Math.ceil(reachMm / mm));
  return (slice) => {
    const seen: Seen = {
      wall: new Float32Array(width * height * radii.length).fill(-1),
      blood: new Float32Array(width * height),
    };
    for (let y = rows; y < height - rows; y++) {
      for (let x = columns; x < width - columns; x++) {
        const centre = x + width * y;
        const [blood, uneven] = bloodAt(slice, centre, middle);
        seen.blood[centre] = blood;
        if (uneven > mostUneven) continue;
        for (let n = 0; n < rings.length; n++) {
          const { inner, edge, outer } = rings[n];
          let [off, wall, bone] = [0, 0, 0];
          for (let at = 0; at < directions; at++) {
            const near = slice[centre + inner[at]];
            const fall = near - slice[centre + outer[at]];
            if (near > blood + edgeHu.calcium || slice[centre + edge[at]] > blood + edgeHu.calcium) bone++;
            else if (Math.abs(near - blood) > evenHu.wall) off++;
            else if (fall > edgeHu.fall) wall++;
            else if (fall < -edgeHu.bone) bone++;
          }
          if (off > mostUneven) break;
          if (bone > mostBone) continue;
          seen.wall[n + radii.length * centre] = (wall + bone - unevenWeight * (uneven + off)) / directions;
        }
      }
    }
    return seen;
  };
}

/** The density in the middle of a vessel, and in how many directions it differs; all of them where it is not blood. */
function bloodAt(
  slice: Float32Array,
  centre: number,
  middle: Int32Array,
): readonly [hu: number, uneven: number] {
  let blood = 0;
  for (let at = 0; at < directions; at++) blood += slice[centre + middle[at]];
  blood /= directions;
  if (blood < bloodHu.from || blood > bloodHu.to) return [blood, directions];
  let uneven = 0;
  for (let at = 0; at < directions; at++)
    if (Math.abs(slice[centre + middle[at]] - blood) > evenHu.middle) uneven++;
  return [blood, uneven];
}

/** Where the pixels of a ring lie in memory, from its middle. */
function ringOf(mm: number, { width, pixelMm }: WallImage): Int32Array {
  return Int32Array.from({ length: directions }, (_, at) => {
    const angle = (2 * Math.PI * at) / directions;
    return (
      Math.round((mm * Math.cos(angle)) / pixelMm[0]) +
      width * Math.round((mm * Math.sin(angle)) / pixelMm[1])
    );
  });
}
