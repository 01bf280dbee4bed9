/**
 * Synthetic tumours in tumour-free slices of a real CT: known answers on real lungs. A lobulated body of soft tissue with
 * a ragged edge replaces lung; what it meets of other tissue stays as it is and is not part of the answer.
 */
import { createRandom } from "../../src/core/random.ts";
import type { CtImage } from "../../src/geometry/ct-image.ts";
import type { Mask } from "../../src/geometry/mask.ts";
import { createNoise } from "../../src/phantom/value-noise.ts";

/** Lung is below; inserts do not replace other tissue. */
const lungBelowHu = -300;

export type Insert = { readonly ct: CtImage; readonly truth: Mask; readonly diameterMm: number };

/** Slices `from` to `to` (the latter not included) of the CT with one tumour of 18 to 42 mm, at least 60 % of it in lung. */
export function insertTumour(ct: CtImage, from: number, to: number, seed: number): Insert {
  const random = createRandom(seed).fork("insert");
  const [width, height] = ct.grid.size;
  const area = width * height;
  const count = to - from;
  const grid = { ...ct.grid, size: [width, height, count] as const };
  const before = ct.hu.slice(from * area, to * area);
  const diameterMm = random.uniform(18, 42);
  for (;;) {
    const [x, y] = [random.integer(width), random.integer(height)];
    const k = 2 + random.integer(count - 4);
    if (!insideLung(before, width, x, y, k)) continue;
    const noise = createNoise(random.fork("surface"));
    const [lobulation, ragged] = [random.uniform(0.05, 0.3), random.uniform(0.5, 2)];
    const density = random.uniform(15, 70);
    const hu = before.slice();
    const data = new Uint8Array(hu.length);
    let [inLung, all] = [0, 0];
    hu.forEach((value, index) => {
      const dx = ((index % width) - x) * grid.spacingMm[0];
      const dy = ((Math.floor(index / width) % height) - y) * grid.spacingMm[1];
      const dz = (Math.floor(index / area) - k) * grid.spacingMm[2];
      const r = Math.hypot(dx, dy, dz);
      if (r > diameterMm) return;
      const unit = 1.6 / Math.max(r, 1e-6);
      const bumps = lobulation * noise(dx * unit + 5, dy * unit, dz * unit);
      const distance = r - (diameterMm / 2) * (1 + bumps) + ragged * noise(dx / 4, dy / 4, dz / 4);
      if (distance < 0) all++;
      if (distance > 1 || value > lungBelowHu) return;
      const part = Math.min(1, 0.5 - distance / 2);
      hu[index] = Math.round(value + part * (density + 9 * noise(dx / 6, dy / 6, dz / 6 + 30) - value));
      if (distance >= 0) return;
      data[index] = 1;
      inLung++;
    });
    if (inLung > 0.6 * all) return { ct: { grid, hu }, truth: { grid, data }, diameterMm };
  }
}

/** Lung in the mean over 17 x 17 pixels, with soft tissue on all four sides. */
function insideLung(hu: Int16Array, width: number, x: number, y: number, k: number): boolean {
  const reach = 8;
  if (x < reach || y < reach || x >= width - reach || y >= width - reach) return false;
  const at = (column: number, row: number): number => hu[column + width * (row + width * k)];
  let sum = 0;
  for (let dy = -reach; dy <= reach; dy += 2)
    for (let dx = -reach; dx <= reach; dx += 2) sum += at(x + dx, y + dy);
  const mean = sum / 81;
  if (mean > -760 || mean < -930) return false;
  const meetsTissue = (dx: number, dy: number): boolean => {
    for (let step = 1; step < width; step++) {
      const [column, row] = [x + dx * step, y + dy * step];
      if (column < 0 || row < 0 || column >= width || row >= width) return false;
      if (at(column, row) > -50) return true;
    }
    return false;
  };
  return meetsTissue(1, 0) && meetsTissue(-1, 0) && meetsTissue(0, 1) && meetsTissue(0, -1);
}
