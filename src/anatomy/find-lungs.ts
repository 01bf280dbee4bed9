/**
 * The lungs of a chest CT by threshold and connected regions: air inside the body, opened with a ball wider than the
 * trachea, split into right and left. Works on coarse images (coarse-chest.ts). Estimates for statistics and strata, no
 * organ contours.
 */
import { voxelPoint } from "#core/coordinates.ts";
import { boundingBox, cropMask, growBox, uncropVoxels } from "#geometry/crop.ts";
import { erodedBy, withinDistance } from "#geometry/distances/within-distance.ts";
import { type Grid, voxelToPatient, voxelVolumeCc } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { type ConnectedRuns, connectedRuns, regionsAtSides } from "#geometry/regions/connected-components.ts";
import { lungHu } from "./lung-tissue.ts";

/** Half way between lung (-850 HU) and soft tissue (40 HU): what is below is air or lung. */
export const airBelowHu = -400;
/** Half width of the widest tracheas, so that the opening takes airways away and leaves lung. */
const openingMm = 9;
/** How much more than the opening grows back: corners that a ball does not reach. */
const regrowMm = 6;
/** A lung lies this near to the middle of the body, front to back; what is under a couch does not. */
const offCentreMm = 80;
/** Smaller regions are bowel gas or the trachea's stump. */
const smallestLungCc = 150;

export type Lungs = {
  /** 0 elsewhere, 1 right lung, 2 left lung, in the grid's memory order. */
  readonly labels: Uint8Array;
  readonly right: boolean;
  readonly left: boolean;
  /** Middle of the body from side to side: x in patient coordinates, mm. */
  readonly middleX: number;
};

/** Undefined where the image shows no lung. */
export function findLungs(grid: Grid, hu: Float32Array): Lungs | undefined {
  const air = emptyMask(grid);
  // Loops here and below: a test for each voxel takes several times as long.
  for (let at = 0; at < hu.length; at++) if (hu[at] < airBelowHu) air.data[at] = 1;
  const outside = takeOutside(air);
  const lungs = lungsInside(air, hu);
  if (lungs?.right && lungs.left) return lungs;
  const joined = joinedByAirway(outside, hu);
  for (let at = 0; at < hu.length; at++) air.data[at] |= joined[at];
  return lungsInside(air, hu);
}

/** Of the air that is the patient's. */
function lungsInside(air: Mask, hu: Float32Array): Lungs | undefined {
  const { grid } = air;
  const inside = boundingBox(air);
  if (inside === undefined) return undefined;
  // A voxel of body on every side: all distances are those in the whole image.
  const box = growBox(inside, Math.min(...grid.spacingMm), grid);
  const lungs = lungsOfAir(cropMask(air, box), bodyCentre(grid, hu));
  return lungs && { ...lungs, labels: uncropVoxels(lungs.labels, box, grid.size) };
}

/** The same, cut to its box. */
function lungsOfAir(air: Mask, body: { readonly x: number; readonly y: number }): Lungs | undefined {
  const { grid } = air;
  const regions = connectedRuns(erodedBy(air, openingMm));
  const centres = centresOf(grid, regions);
  const isLung = regions.sizes.map(
    (size, index) =>
      size * voxelVolumeCc(grid) >= smallestLungCc / 4 && Math.abs(centres[index][1] - body.y) < offCentreMm,
  );
  if (!isLung.includes(true)) return undefined;
  const cores = { grid, data: relabelled(air, regions, (label) => (isLung[label - 1] ? 1 : 0)) };
  const lung = { grid, data: withinDistance(cores, openingMm + regrowMm) };
  for (let at = 0; at < lung.data.length; at++) lung.data[at] &= air.data[at];
  return splitSides(lung, body.x);
}

/** Takes air that is connected to a side of the image away: the room, not the patient. Returns that. */
export function takeOutside(air: Mask): Mask {
  const { grid } = air;
  const regions = connectedRuns(air);
  const atSides = regionsAtSides(grid, regions);
  const outside = { grid, data: relabelled(air, regions, (label) => atSides[label]) };
  for (let at = 0; at < air.data.length; at++) air.data[at] &= 1 - outside.data[at];
  return outside;
}

/**
 * What lungs would be if no more than an airway joined them to the room, as where the CT shows an open mouth or a tracheostomy: wider than that,
 * and denser than what the room has between arm and trunk.
 */
function joinedByAirway(outside: Mask, hu: Float32Array): Uint8Array {
  const { grid } = outside;
  const cores = connectedRuns(erodedBy(outside, openingMm));
  const atSides = regionsAtSides(grid, cores);
  const meanHu = meansOf(hu, cores);
  const isEnclosed = (label: number): number =>
    atSides[label] === 0 && meanHu[label] >= lungHu.atSides ? 1 : 0;
  const enclosed = { grid, data: relabelled(outside, cores, isEnclosed) };
  return withinDistance(enclosed, openingMm + regrowMm).map((near, at) => near & outside.data[at]);
}

/** Mean HU of each region 1 .. count; the first entry is for no region. */
function meansOf(hu: Float32Array, { starts, ends, labels, sizes }: ConnectedRuns): Float64Array {
  const sums = new Float64Array(sizes.length + 1);
  labels.forEach((label, run) => {
    for (let at = starts[run]; at < ends[run]; at++) sums[label] += hu[at];
  });
  return sums.map((sum, label) => (label > 0 ? sum / sizes[label - 1] : 0));
}

/** Centre of the soft tissue, in patient coordinates: a couch's shell weighs next to nothing in it. */
function bodyCentre(grid: Grid, hu: Float32Array): { x: number; y: number } {
  const [width, height, depth] = grid.size;
  const sums = [0, 0, 0, 0];
  for (let z = 0, at = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let [columns, count] = [0, 0];
      for (let x = 0; x < width; x++, at++) {
        if (hu[at] <= -200 || hu[at] >= 300) continue;
        columns += x;
        count++;
      }
      addTo(sums, [columns, y * count, z * count, count]);
    }
  }
  const [x, y] = meanPlace(grid, sums);
  return { x, y };
}

/** Mean patient coordinates (x, y, z) of the voxels of each region. */
function centresOf(grid: Grid, { starts, ends, labels, count }: ConnectedRuns): number[][] {
  const [width, height] = grid.size;
  const sums = Array.from({ length: count }, () => [0, 0, 0, 0]);
  for (let run = 0; run < starts.length; run++) {
    const row = Math.floor(starts[run] / width);
    const [first, length] = [starts[run] - row * width, ends[run] - starts[run]];
    const [y, z] = [row % height, Math.floor(row / height)];
    addTo(sums[labels[run] - 1], [(length * (2 * first + length - 1)) / 2, y * length, z * length, length]);
  }
  return sums.map((sum) => meanPlace(grid, sum));
}

function addTo(sums: number[], more: readonly number[]): void {
  for (let at = 0; at < sums.length; at++) sums[at] += more[at];
}

/** In patient coordinates; `sums`: of the voxels' i, j and k, and their number. */
function meanPlace(grid: Grid, [i, j, k, count]: readonly number[]): number[] {
  return [...voxelToPatient(grid, voxelPoint(i / count, j / count, k / count))];
}

/**
 * Right and left: the largest regions that the lungs fall into as they are eroded, down to the first one beyond the body's middle, each grown
 * back inside the lungs. The two largest may be lobes of one lung, where fluid in its fissure or a tumour parts them. If the lungs never fall
 * apart evenly, each region goes to the side of the middle that its centre is on, x growing to the patient's left.
 */
function splitSides(lung: Mask, middleX: number): Lungs | undefined {
  const { grid } = lung;
  for (const erosionMm of [0, 4, 7, 10, 14, 18]) {
    const regions = connectedRuns(erosionMm === 0 ? lung : erodedBy(lung, erosionMm));
    const centres = centresOf(grid, regions);
    const parts = regions.sizes
      .map((size, index) => ({ size, label: index + 1, x: centres[index][0] }))
      .filter(({ size }) => size * voxelVolumeCc(grid) >= smallestLungCc / 2)
      .sort((a, b) => b.size - a.size);
    const isRight = ({ x }: { readonly x: number }): boolean => x < middleX;
    const beyond = parts.findIndex((part) => isRight(part) !== isRight(parts[0]));
    if (beyond < 0) continue;
    const sides = new Map(parts.slice(0, beyond + 1).map((part) => [part.label, isRight(part) ? 1 : 2]));
    const seeds = relabelled(lung, regions, (label) => sides.get(label) ?? 0);
    const assigned = growInside(lung, seeds);
    const middle = (parts[0].x + parts[beyond].x) / 2;
    return { labels: assigned, right: true, left: true, middleX: (middle + middleX) / 2 };
  }
  const regions = connectedRuns(lung);
  if (regions.count === 0) return undefined;
  const sides = centresOf(grid, regions).map(([x]) => (x < middleX ? 1 : 2));
  const assigned = relabelled(lung, regions, (label) => sides[label - 1]);
  return { labels: assigned, right: assigned.includes(1), left: assigned.includes(2), middleX };
}

/** A side for each voxel of a region, 0 elsewhere, in the mask's memory order. */
function relabelled(
  { data }: Mask,
  { starts, ends, labels }: ConnectedRuns,
  side: (label: number) => number,
): Uint8Array {
  const result = new Uint8Array(data.length);
  labels.forEach((label, run) => {
    result.fill(side(label), starts[run], ends[run]);
  });
  return result;
}

/** Each voxel of the mask gets the label of the seed that reaches it in fewest steps within the mask; 0 where none does. */
function growInside({ grid, data }: Mask, seeds: Uint8Array): Uint8Array {
  const [width, height, depth] = grid.size;
  const area = width * height;
  const labels = seeds.slice();
  const queue = new Int32Array(data.length);
  let end = 0;
  for (let at = 0; at < labels.length; at++) if (labels[at] > 0) queue[end++] = at;
  for (let next = 0; next < end; next++) {
    const at = queue[next];
    const x = at % width;
    const y = Math.floor(at / width) % height;
    const z = Math.floor(at / area);
    if (x > 0) visit(at - 1, labels[at]);
    if (x < width - 1) visit(at + 1, labels[at]);
    if (y > 0) visit(at - width, labels[at]);
    if (y < height - 1) visit(at + width, labels[at]);
    if (z > 0) visit(at - area, labels[at]);
    if (z < depth - 1) visit(at + area, labels[at]);
  }
  return labels;

  function visit(at: number, label: number): void {
    if (data[at] === 0 || labels[at] !== 0) return;
    labels[at] = label;
    queue[end++] = at;
  }
}
