/**
 * The nearest of many points that lie on no lattice: a balanced k-d tree (Bentley 1975), the points themselves in the order of the
 * tree. Distances from lattice to lattice are found faster by distance-transform.ts.
 */

/** Fewer points than this are looked at one by one. */
const leafPoints = 8;

/**
 * `points` are x, y, z, x, y, z, ... in millimetres and are put into another order. The answer is a function from a place to its
 * distance to the nearest of them, infinite if there are none. Places asked for one after the other are best near each other.
 */
export function nearestPoint(points: Float64Array): (x: number, y: number, z: number) => number {
  const count = points.length / 3;
  split(points, 0, count, 0);
  const place = new Float64Array(3);
  const off = new Float64Array(3);
  /** The nearest so far, and where it stands: the next place's nearest is hardly farther from it. */
  let [least, nearest] = [Number.POSITIVE_INFINITY, 0];

  function look(index: number): void {
    const at = 3 * index;
    const squared =
      (points[at] - place[0]) ** 2 + (points[at + 1] - place[1]) ** 2 + (points[at + 2] - place[2]) ** 2;
    if (squared >= least) return;
    least = squared;
    nearest = index;
  }

  /** `apart` is the square of how far the place is from the points' cell at least; by how much along each axis is in `off`. */
  function search(from: number, to: number, axis: number, apart: number): void {
    if (to - from <= leafPoints) {
      for (let index = from; index < to; index++) look(index);
      return;
    }
    const middle = (from + to) >> 1;
    const beyond = place[axis] - points[3 * middle + axis];
    const next = (axis + 1) % 3;
    look(middle);
    if (beyond < 0) search(from, middle, next, apart);
    else search(middle + 1, to, next, apart);
    const offNear = off[axis];
    const apartFar = apart - offNear * offNear + beyond * beyond;
    if (apartFar >= least) return;
    off[axis] = beyond;
    if (beyond < 0) search(middle + 1, to, next, apartFar);
    else search(from, middle, next, apartFar);
    off[axis] = offNear;
  }

  return (x, y, z) => {
    place[0] = x;
    place[1] = y;
    place[2] = z;
    least = Number.POSITIVE_INFINITY;
    if (count > 0) look(nearest);
    search(0, count, 0, 0);
    return Math.sqrt(least);
  };
}

/** Puts the point that is the middle one along the axis into the middle, lesser ones before it, and so on in both halves. */
function split(points: Float64Array, from: number, to: number, axis: number): void {
  if (to - from <= leafPoints) return;
  const middle = (from + to) >> 1;
  let [low, high] = [from, to - 1];
  while (low < high) {
    const pivot = points[3 * ((low + high) >> 1) + axis];
    let [left, right] = [low, high];
    while (left <= right) {
      while (points[3 * left + axis] < pivot) left++;
      while (points[3 * right + axis] > pivot) right--;
      if (left <= right) exchange(points, left++, right--);
    }
    if (middle <= right) high = right;
    else if (middle >= left) low = left;
    else break;
  }
  split(points, from, middle, (axis + 1) % 3);
  split(points, middle + 1, to, (axis + 1) % 3);
}

function exchange(points: Float64Array, first: number, second: number): void {
  for (let axis = 0; axis < 3; axis++) {
    const value = points[3 * first + axis];
    points[3 * first + axis] = points[3 * second + axis];
    points[3 * second + axis] = value;
  }
}
