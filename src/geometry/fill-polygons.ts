/**
 * Polygons of one slice to voxels: the exact even-odd rule at voxel centres. Polygon points are continuous voxel
 * coordinates (integers are centres) and are never rounded. Borders are half-open (the low side belongs to the
 * polygon), so that polygons that share an edge share no voxel. Nested polygons are holes, and the two sides of a
 * keyhole's channel cancel, since they cross a row at the very same place.
 */

/** x0, y0, x1, y1, ... in voxels; closed, the first point not repeated. */
export type Polygon = Float64Array;

/** Adds 1 modulo 2 to the voxels inside each polygon: `target` (length width * height) should be 0 at the start. */
export function fillPolygons(
  target: Uint8Array,
  width: number,
  height: number,
  polygons: readonly Polygon[],
): void {
  const rows: Crossing[][] = [];
  for (const polygon of polygons) collectCrossings(polygon, height, rows);
  rows.forEach((row, y) => {
    row.sort((a, b) => a.x - b.x);
    for (let index = 0; index + 1 < row.length; index += 2) {
      const from = Math.max(0, Math.ceil(row[index].x));
      const to = Math.min(width, Math.ceil(row[index + 1].x));
      for (let x = from; x < to; x++) target[y * width + x] = 1;
    }
  });
}

/** Where an edge crosses the line through the centres of a row, and whether it goes down (1) or up. */
export type Crossing = { readonly x: number; readonly turn: 1 | -1 };

/** Adds the crossings of the polygon's edges to those of each row. */
export function collectCrossings(polygon: Polygon, height: number, rows: Crossing[][]): void {
  const count = polygon.length / 2;
  for (let index = 0; index < count; index++) {
    const next = (index + 1) % count;
    const [x1, y1] = [polygon[2 * index], polygon[2 * index + 1]];
    const [x2, y2] = [polygon[2 * next], polygon[2 * next + 1]];
    if (y1 === y2) continue;
    // The same edge walked the other way must give the same crossings to the last bit.
    const turn = y1 < y2 ? 1 : -1;
    const [xa, ya, xb, yb] = y1 < y2 ? [x1, y1, x2, y2] : [x2, y2, x1, y1];
    const from = Math.max(0, Math.ceil(ya));
    const to = Math.min(height, Math.ceil(yb));
    for (let y = from; y < to; y++) {
      rows[y] ??= [];
      rows[y].push({ x: xa + ((y - ya) / (yb - ya)) * (xb - xa), turn });
    }
  }
}

/** Signed area in square voxels; positive if the points run clockwise as seen on the screen (y downwards). */
export function signedArea(polygon: Polygon): number {
  const count = polygon.length / 2;
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const next = (index + 1) % count;
    sum += polygon[2 * index] * polygon[2 * next + 1] - polygon[2 * next] * polygon[2 * index + 1];
  }
  return sum / 2;
}
