/**
 * Area of the surface inside a cube of eight voxel centres, for each of the 256 ways in which they lie inside or outside
 * a mask: marching cubes (Lorensen and Cline 1987) with the surface through the middle of the cube's edges, in the
 * triangulation that surface-distance measures with (Nikolov et al. 2018, arXiv:1809.04430). The areas follow from the
 * geometry here: polygons traced along the cube's faces, cut into flat pieces.
 *
 * Where inside corners meet only across a face's diagonal they are apart, except that more than four inside corners have
 * the surface of their complement. No area depends on how the cube is turned.
 */
import { cross, length, type Vector3 } from "#core/coordinates.ts";

/** Corner c of the cube lies at (c & 1, c >> 1 & 1, c >> 2 & 1); each face's corners run round it as seen from outside. */
const faces: readonly (readonly number[])[] = [0, 1, 2].flatMap((axis) => {
  const [normal, u, v] = [1 << axis, 1 << ((axis + 1) % 3), 1 << ((axis + 2) % 3)];
  return [
    [0, v, u | v, u],
    [normal, normal | u, normal | u | v, normal | v],
  ];
});

/** An edge of the cube: the bit of its axis (1, 2 or 4) times 8, and its corner nearer to 0. */
type Edge = number;
const edgeBetween = (a: number, b: number): Edge => ((a ^ b) << 3) | (a & b);
const axisOf = (edge: Edge): number => edge >> 3;

/** Area in mm2 by code (bit c of the code: corner c is inside); 0 for the codes 0 and 255. */
export function surfaceAreas(spacingMm: Vector3): Float64Array {
  return Float64Array.from({ length: 256 }, (_, code) => {
    const apart = onesOf(code) > 4 ? 255 - code : code;
    return polygonsOf(apart).reduce((sum, polygon) => sum + areaOf(polygon, spacingMm), 0);
  });
}

/** Each polygon as the edges that it crosses. On a face, a line joins where a run of inside corners begins and ends. */
function polygonsOf(code: number): Edge[][] {
  const isInside = (corner: number): boolean => ((code >> corner) & 1) === 1;
  const next = new Map<Edge, Edge>();
  for (const face of faces) {
    const corner = (at: number): number => face[at % 4];
    for (let at = 0; at < 4; at++) {
      if (isInside(corner(at)) || !isInside(corner(at + 1))) continue;
      let end = at + 1;
      while (isInside(corner(end + 1))) end++;
      next.set(edgeBetween(corner(at), corner(at + 1)), edgeBetween(corner(end), corner(end + 1)));
    }
  }
  const polygons: Edge[][] = [];
  for (const start of next.keys()) {
    const polygon: Edge[] = [];
    for (let edge = next.get(start); edge !== undefined; ) {
      const following = next.get(edge);
      next.delete(edge);
      if (following !== undefined) polygon.push(edge);
      edge = following;
    }
    if (polygon.length > 0) polygons.push(polygon);
  }
  return polygons;
}

/**
 * Triangles and quadrangles are flat. A pentagon is a flat quadrangle and the triangle at the point whose two neighbours
 * lie on parallel edges; a hexagon is the triangle of every second point and the three beside it.
 */
function areaOf(polygon: readonly Edge[], spacingMm: Vector3): number {
  const count = polygon.length;
  const neighbours = (at: number): [number, number] => [(at + count - 1) % count, (at + 1) % count];
  const isCutOff = (at: number): boolean => {
    if (count === 6) return at % 2 === 1;
    return count === 5 && neighbours(at).every((other) => axisOf(polygon[other]) === axisOf(polygon[at]));
  };
  const places = polygon.map((edge) => placeOf(edge, spacingMm));
  let area = flatArea(places.filter((_, at) => !isCutOff(at)));
  for (let at = 0; at < count; at++) {
    const [before, after] = neighbours(at);
    if (isCutOff(at)) area += flatArea([places[before], places[at], places[after]]);
  }
  return area;
}

/** Middle of the edge in millimetres from corner 0. */
function placeOf(edge: Edge, spacingMm: Vector3): Vector3 {
  const along = (bit: number): number => (edge & bit ? 1 : axisOf(edge) & bit ? 0.5 : 0);
  return [along(1) * spacingMm[0], along(2) * spacingMm[1], along(4) * spacingMm[2]];
}

function flatArea(places: readonly Vector3[]): number {
  const sum = [0, 0, 0];
  places.forEach((place, at) => {
    const product = cross(place, places[(at + 1) % places.length]);
    for (let axis = 0; axis < 3; axis++) sum[axis] += product[axis];
  });
  return length([sum[0], sum[1], sum[2]]) / 2;
}

function onesOf(code: number): number {
  let ones = 0;
  for (let rest = code; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
}
