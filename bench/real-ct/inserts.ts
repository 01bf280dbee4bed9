/**
 * Synthetic tumours in tumour-free slices of a real CT: known answers on real lungs. A lobulated body of soft tissue with
 * a ragged edge replaces lung; what it meets of other tissue stays as it is and is not part of the answer.
 */
import { coarsen } from "#anatomy/coarse-chest.ts";
import { findLungs } from "#anatomy/find-lungs.ts";
import { createRandom } from "#core/random.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { createNoise } from "#phantom/value-noise.ts";

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
  const inLungs = lungTest({ grid, hu: before });
  const diameterMm = random.uniform(18, 42);
  for (;;) {
    const [x, y] = [random.integer(width), random.integer(height)];
    const k = 2 + random.integer(count - 4);
    if (!inLungs(x, y, k)) continue;
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

/** Whether a voxel lies in a lung. Air under a couch looks like lung, so anatomy decides. */
function lungTest(ct: CtImage): (x: number, y: number, k: number) => boolean {
  const coarse = coarsen(ct, emptyMask(ct.grid));
  const lungs = findLungs(coarse.grid, coarse.hu);
  if (lungs === undefined) throw new Error("there are no lungs in these slices to insert a tumour into");
  const factor = Math.round(coarse.grid.spacingMm[0] / ct.grid.spacingMm[0]);
  const [width, height] = coarse.grid.size;
  return (x, y, k) =>
    lungs.labels[Math.floor(x / factor) + width * (Math.floor(y / factor) + height * k)] > 0;
}
