/**
 * Which pictures a report shows, and how they are drawn: axial slices through the GTV, its largest, lowest and uppermost one, and
 * the coronal and the sagittal plane that cut the most of it. All at one scale.
 */

import { type Vector3, voxelPoint } from "#core/coordinates.ts";
import { type Plane, planeShape, voxelToPlane } from "#editing/tools/plane.ts";
import { type Box, boundingBox } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { type Grid, voxelToPatient } from "#geometry/grid.ts";
import { type Mask, uniteMasks } from "#geometry/mask.ts";
import { type Turn, turnOf, uprightCt, uprightMask } from "#geometry/upright.ts";
import { mediastinumWindow } from "#pictures/overlay.ts";
import { drawPlane } from "#pictures/plane-picture.ts";
import type { Rgb, RgbImage } from "#pictures/rgb-image.ts";

export const reportWindow = mediastinumWindow;

type DrawnStructure = {
  readonly type: string;
  readonly colour: Rgb;
  /** On the CT's grid as it is stored. */
  readonly mask: Mask;
};

type ReportPicture = {
  readonly title: string;
  /** Which slice, and where it lies in the patient. */
  readonly place: string;
  readonly image: RgbImage;
};

/** Pixels of a picture, which is half as wide as the printed column: 150 dots an inch. */
const sizePixels = 500;
/** How far pictures reach beyond the targets, and their least width. */
const [marginMm, leastWidthMm] = [30, 130];
const targets = ["GTV", "CTV", "PTV"];

/** Empty without a voxel. Where there is no GTV, the pictures are through all structures together. */
export function drawReportPictures(ct: CtImage, structures: readonly DrawnStructure[]): ReportPicture[] {
  const turn = turnOf(ct.grid);
  const shown = structures.map(({ mask, ...rest }) => ({ ...rest, mask: uprightMask(mask, turn) }));
  const ofTypes = (types: readonly string[]): Mask => {
    const chosen = shown.filter(({ type }) => types.includes(type));
    const masks = (chosen.length > 0 ? chosen : shown).map(({ mask }) => mask);
    return uniteMasks(turn.upright, masks);
  };
  const subject = ofTypes(["GTV"]);
  const box = boundingBox(ofTypes(targets));
  if (box === undefined || !subject.data.includes(1)) return [];
  const upright = uprightCt(ct, turn);
  const view = viewOf(box, turn.upright);
  // GTVs last: the innermost outline is the one that must be seen.
  const order = [...shown].sort((a, b) => rank(b.type) - rank(a.type));
  const draw = (plane: Plane, index: number): RgbImage => {
    const { u, v } = voxelToPlane(plane, view.centre);
    const { widthMm } = view;
    return drawPlane({
      ct: upright,
      plane,
      index,
      window: reportWindow,
      centre: [u, v],
      widthMm,
      sizePixels,
      structures: order,
    });
  };
  const axial = axialSlices(subject).map(({ title, k }) => ({
    title,
    place: axialPlace(turn, k),
    image: draw("axial", k),
  }));
  const largest = (plane: "coronal" | "sagittal", axis: 0 | 1, title: string): ReportPicture => {
    const areas = areasAlong(subject, axis);
    const index = areas.indexOf(Math.max(...areas));
    const at: Vector3 = axis === 0 ? [index, 0, 0] : [0, index, 0];
    return {
      title: `${title}, plane of largest area`,
      place: `${"xy"[axis]} ${patientMm(turn.upright, at, axis)} mm`,
      image: draw(plane, index),
    };
  };
  return [...axial, largest("coronal", 1, "Coronal"), largest("sagittal", 0, "Sagittal")];
}

/** Targets from the inside out, then the rest. */
function rank(type: string): number {
  const at = targets.indexOf(type);
  return at < 0 ? targets.length : at;
}

/** The slice of largest area first, then the lowest and the uppermost one, none twice. */
function axialSlices(subject: Mask): { readonly title: string; readonly k: number }[] {
  const areas = areasAlong(subject, 2);
  const largest = areas.indexOf(Math.max(...areas));
  const [lowest, uppermost] = [areas.findIndex(Boolean), areas.findLastIndex(Boolean)];
  const all = [
    { title: "Axial, slice of largest area", k: largest },
    { title: "Axial, lowest slice", k: lowest },
    { title: "Axial, uppermost slice", k: uppermost },
  ];
  return all.filter(({ k }, at) => all.findIndex((other) => other.k === k) === at);
}

/** The slice's number as the page counts it, where the CT is stored in axial slices, and its height. */
function axialPlace({ stored, upright, axes, reversed }: Turn, k: number): string {
  const z = `z ${patientMm(upright, [(upright.size[0] - 1) / 2, (upright.size[1] - 1) / 2, k], 2)} mm`;
  if (axes[2] !== 2) return z;
  const number = reversed[2] ? stored.size[2] - k : k + 1;
  return `slice ${number} of ${stored.size[2]}, ${z}`;
}

function patientMm(grid: Grid, [i, j, k]: Vector3, axis: 0 | 1 | 2): string {
  return voxelToPatient(grid, voxelPoint(i, j, k))
    [axis].toFixed(1)
    .replace("-", "−");
}

/** Voxels inside, in each plane across an axis. Of two bodies a plane through their common centre may cut none. */
function areasAlong({ grid: { size }, data }: Mask, axis: 0 | 1 | 2): readonly number[] {
  const areas = new Array<number>(size[axis]).fill(0);
  const stride = [1, size[0], size[0] * size[1]][axis];
  for (let at = data.indexOf(1); at >= 0; at = data.indexOf(1, at + 1))
    areas[Math.floor(at / stride) % size[axis]]++;
  return areas;
}

/** One field for all planes: round the middle of a box, wide enough for its longest side. */
function viewOf({ from, to }: Box, grid: Grid): { readonly centre: Vector3; readonly widthMm: number } {
  const lengthsMm = grid.spacingMm.map((mm, axis) => (to[axis] - from[axis]) * mm);
  const centreOf = (axis: 0 | 1 | 2): number => (from[axis] + to[axis] - 1) / 2;
  const whole = planeShape("axial", grid);
  const mostMm = whole.width * whole.spacingMm[0];
  const widthMm = Math.min(mostMm, Math.max(leastWidthMm, Math.max(...lengthsMm) + 2 * marginMm));
  return { centre: [centreOf(0), centreOf(1), centreOf(2)], widthMm };
}
