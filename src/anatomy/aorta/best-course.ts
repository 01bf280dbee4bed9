/**
 * The course of a vessel through a stack of slices: of all that go on from slice to slice without a leap the one along which most of
 * the wall is seen (dynamic programming, Viterbi 1967).
 */
import { radii, type Seen, type WallImage } from "./wall-seen.ts";

/** A course gains where more of the wall is seen than this, and loses where less is: so it ends where the vessel does. */
const usuallySeen = 0.45;
/** Places of which less is seen are on no course. */
const leastSeen = 0.1;
/** How far a vessel moves aside from slice to slice, as a part of their distance. */
const steepest = 1.35;
/** What a millimetre aside, a millimetre of radius and a HU of the blood's density cost. Blood is even; the spine is not, with its discs. */
const cost = { aside: 0.02, radius: 0.03, density: 0.008 } as const;

/** Less than a direction of wall-seen.ts. */
const asGood = 0.03;

/** A pixel that holds some of what lies beyond the wall counts as beyond it: on drawn chests radii come out too small by this. */
const blurMm = 0.5;

/** x and y in pixels, the slice's number in the stack, the part of the wall that is seen (wall-seen.ts). */
type CoursePoint = {
  readonly slice: number;
  readonly x: number;
  readonly y: number;
  readonly radiusMm: number;
  readonly seen: number;
};

/** `seen` per slice. From the lowest slice to the highest; empty where nothing is seen. */
export function bestCourse(seen: readonly Seen[], image: WallImage, sliceMm: number): readonly CoursePoint[] {
  const { width } = image;
  const steps = stepsOf(image, sliceMm);
  const from: Int32Array[] = [];
  let [most, end, last] = [0, -1, -1];
  let before: { readonly gain: Float32Array; readonly greatest: Float32Array } | undefined;
  seen.forEach(({ wall: values, blood }, slice) => {
    const bloodBefore = seen[slice - 1]?.blood;
    const gain = new Float32Array(values.length).fill(Number.NEGATIVE_INFINITY);
    const back = new Int32Array(values.length).fill(-1);
    for (let at = 0; at < values.length; at++) {
      if (values[at] < leastSeen) continue;
      let best = 0;
      const place = Math.floor(at / radii.length);
      const n = at % radii.length;
      // Beyond the image's edge lies nothing that is seen: no centre is so near to it.
      for (let step = 0; before !== undefined && step < steps.aside.length; step++) {
        const other = place + steps.aside[step];
        // Nothing that ends there is worth the way.
        if (before.greatest[other] - steps.costs[step] <= best) continue;
        const way = steps.costs[step] + cost.density * Math.abs(blood[place] - bloodBefore[other]);
        for (let m = Math.max(0, n - 1); m < Math.min(radii.length, n + 2); m++) {
          const sum = before.gain[m + radii.length * other] - way - cost.radius * Math.abs(m - n);
          if (sum > best) [best, back[at]] = [sum, m + radii.length * other];
        }
      }
      gain[at] = best + values[at] - usuallySeen;
      if (gain[at] > most) [most, end, last] = [gain[at], slice, at];
    }
    from.push(back);
    before = { gain, greatest: greatestOfPlaces(gain) };
  });
  const course: CoursePoint[] = [];
  for (let slice = end, at = last; at >= 0; at = from[slice--][at]) {
    const place = Math.floor(at / radii.length);
    const [x, y] = [place % width, Math.floor(place / width)];
    const { wall } = seen[slice];
    course.push({ slice, x, y, radiusMm: middleRadius(wall, at), seen: wall[at] });
  }
  return course.reverse();
}

/** As much of the wall is seen with radii that are somewhat too small as with some that are too large: the middle of all those. */
function middleRadius(wall: Float32Array, at: number): number {
  const first = at - (at % radii.length);
  const isAsGood = (n: number): boolean => wall[first + n] > wall[at] - asGood;
  let [least, most] = [at - first, at - first];
  while (least > 0 && isAsGood(least - 1)) least--;
  while (most < radii.length - 1 && isAsGood(most + 1)) most++;
  return (radii[least] + radii[most]) / 2 + blurMm;
}

/** Of each place's radii. */
function greatestOfPlaces(gain: Float32Array): Float32Array {
  const greatest = new Float32Array(gain.length / radii.length).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0, place = 0; place < greatest.length; place++)
    for (let n = 0; n < radii.length; n++, at++) if (gain[at] > greatest[place]) greatest[place] = gain[at];
  return greatest;
}

/** Where a course may come from on the slice before, as offsets of places in memory, and what that costs. */
function stepsOf({ width, pixelMm }: WallImage, sliceMm: number) {
  const reach = steepest * sliceMm;
  const [columns, rows] = pixelMm.map((mm) => Math.ceil(reach / mm));
  const aside: number[] = [];
  const costs: number[] = [];
  for (let dy = -rows; dy <= rows; dy++) {
    for (let dx = -columns; dx <= columns; dx++) {
      const mm = Math.hypot(dx * pixelMm[0], dy * pixelMm[1]);
      if (mm > reach) continue;
      aside.push(dx + width * dy);
      costs.push(cost.aside * mm);
    }
  }
  return { aside, costs };
}
