/**
 * The lobe that a place in the lungs most likely belongs to, from its height and depth alone: an estimate, fissures are
 * not looked for. In parts of the lungs' height (0 base, 1 apex) and depth (0 front, 1 back), the oblique fissure runs from
 * the third to fourth thoracic vertebra behind (0.75) to the sixth costochondral junction in front (0.13), the right
 * lung's horizontal fissure at the fourth costal cartilage (0.45) (surface anatomy as in Gray's Anatomy, pleurae and
 * lungs; the lungs reach from the first to the eleventh thoracic vertebra).
 */
import { type PatientPoint, voxelPoint } from "#core/coordinates.ts";
import { type Grid, voxelToPatient } from "#geometry/grid.ts";
import type { Lungs } from "./find-lungs.ts";

export const lobes = ["left-upper", "left-lower", "right-upper", "right-middle", "right-lower"] as const;
export type Lobe = (typeof lobes)[number];
export type Side = "left" | "right";

const oblique = { front: 0.13, back: 0.75 } as const;
const horizontal = 0.45;
/** A slice belongs to the lungs' height if they fill at least this part of what they fill in their largest slice. */
const smallestArea = 0.02;

export function estimateLobe(grid: Grid, lungs: Lungs, place: PatientPoint, side: Side): Lobe {
  const box = lungBox(grid, lungs, place[2]);
  const height = (place[2] - box.bottom) / (box.top - box.bottom);
  const depth = Math.min(1, Math.max(0, (place[1] - box.front) / (box.back - box.front)));
  if (height < oblique.front + (oblique.back - oblique.front) * depth) return `${side}-lower`;
  if (side === "left") return "left-upper";
  return height < horizontal ? "right-middle" : "right-upper";
}

/** Patient z of base and apex; patient y of front and back within 25 mm of the height `z`. */
function lungBox(grid: Grid, { labels }: Lungs, z: number) {
  const [width, height, depth] = grid.size;
  const area = width * height;
  const slices = Array.from({ length: depth }, (_, k) => {
    let count = 0;
    let [front, back] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++) {
        if (labels[i + width * j + area * k] === 0) continue;
        count++;
        const y = voxelToPatient(grid, voxelPoint(i, j, k))[1];
        front = Math.min(front, y);
        back = Math.max(back, y);
      }
    }
    return { z: voxelToPatient(grid, voxelPoint(width / 2, height / 2, k))[2], count, front, back };
  });
  const most = Math.max(...slices.map(({ count }) => count));
  const filled = slices.filter(({ count }) => count >= smallestArea * most);
  const near = filled.filter((slice) => Math.abs(slice.z - z) <= 25);
  const around = near.length > 0 ? near : filled;
  return {
    bottom: Math.min(...filled.map((slice) => slice.z)),
    top: Math.max(...filled.map((slice) => slice.z)),
    front: Math.min(...around.map((slice) => slice.front)),
    back: Math.max(...around.map((slice) => slice.back)),
  };
}
