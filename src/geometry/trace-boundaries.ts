/**
 * Voxels of one slice to polygons along the voxels' edges (corners at odd halves), never through their centres: the area
 * is that of the voxels, and filling the polygons gives exactly the voxels back. Marching squares at the half level cuts
 * every corner, which loses area in small structures and needs a rule for diagonal touches that others do not share.
 *
 * Voxels that touch only diagonally are separate; there the corner is drawn in by `inset`, so that no polygon touches
 * itself or another one.
 */
import type { Polygon } from "./fill-polygons.ts";
import { connectedComponents } from "./regions/connected-components.ts";
import { nextInside } from "./seek.ts";

/** One connected region: its outer polygon and the polygons of its holes. */
export type Region = { readonly outer: Polygon; readonly holes: readonly Polygon[] };

/** In voxels; any value below one half leaves every voxel centre on its side. */
const inset = 1 / 16;

const alongX = [1, 0, -1, 0] as const;
const alongY = [0, 1, 0, -1] as const;
const cornerX = [0.5, 0.5, -0.5, -0.5] as const;
const cornerY = [-0.5, 0.5, 0.5, -0.5] as const;

/** Regions of `mask` (length width * height, 0 or 1) in the order of their first voxel; none for an empty slice. */
export function traceBoundaries(mask: Uint8Array, width: number, height: number): Region[] {
  const first = nextInside(mask, 0, mask.length);
  if (first === mask.length) return [];
  const inside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === 1;
  const { labels } = connectedComponents({ grid: { size: [width, height, 1] }, data: mask });
  const outers: Polygon[] = [];
  const holes: Polygon[][] = [];
  const walked = new Uint8Array(mask.length);
  for (
    let at = first;
    at < mask.length;
    at = mask[at + 1] === 1 ? at + 1 : nextInside(mask, at + 1, mask.length)
  ) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const region = labels[at] - 1;
    // A loop passes the top side of its first voxel in scan order (outer) or the bottom side of some voxel (hole).
    for (const side of [0, 2]) {
      const beyond = inside(x, side === 0 ? y - 1 : y + 1);
      if (beyond || walked[at] & (1 << side)) continue;
      const polygon = walk(x, y, side);
      if (side === 0 && outers[region] === undefined) outers[region] = polygon;
      else {
        holes[region] ??= [];
        holes[region].push(polygon);
      }
    }
  }
  return outers.map((outer, region) => ({ outer, holes: holes[region] ?? [] }));

  /** Follows a boundary with the inside on the right hand (on the screen), marking the sides passed. */
  function walk(startX: number, startY: number, startSide: number): Polygon {
    const points: number[] = [];
    let [x, y, side] = [startX, startY, startSide];
    do {
      walked[y * width + x] |= 1 << side;
      const [dx, dy] = [alongX[side], alongY[side]];
      const [nx, ny] = [dy, -dx];
      const diagonal = inside(x + dx + nx, y + dy + ny);
      if (!inside(x + dx, y + dy)) {
        const pull = diagonal ? 1 - 2 * inset : 1;
        points.push(x + cornerX[side] * pull, y + cornerY[side] * pull);
        side = (side + 1) % 4;
      } else if (diagonal) {
        points.push(x + cornerX[side], y + cornerY[side]);
        x += dx + nx;
        y += dy + ny;
        side = (side + 3) % 4;
      } else {
        x += dx;
        y += dy;
      }
    } while (x !== startX || y !== startY || side !== startSide);
    return Float64Array.from(points);
  }
}
