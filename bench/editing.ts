/**
 * What a person waits for at each stroke or click of the review workspace, without the browser: a brush, the patch of a stroke, a
 * region cut from a box, a CTV. Medians; the CTV beside the same margin by SciPy's distance transform on the cropped mask, in
 * turns. SciPy's is of voxel centres: quicker, and not the same volume. Run: npm run bench editing [ROUNDS]
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { say, table } from "#cli/output.ts";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { encodePatch } from "#editing/patch/patch-codec.ts";
import { segmentInBox } from "#editing/region-cut/segment-region.ts";
import { patchBetween } from "#editing/tools/between-masks.ts";
import { brushStroke } from "#editing/tools/brush.ts";
import { boundingBox } from "#geometry/crop.ts";
import { createGrid, type Grid } from "#geometry/grid.ts";
import { expandMargin, uniformMargin } from "#geometry/margins/margins.ts";
import { emptyMask, type Mask, maskWhere } from "#geometry/mask.ts";
import { median } from "#statistics/moments.ts";

const rounds = Number(process.argv[2] ?? 9);
const ct = createGrid([512, 512, 100], [0.9, 0.9, 3], patientPoint(0, 0, 0));

function ball(grid: Grid, radiusMm: number): Mask {
  const [ni, nj] = grid.size;
  const middle = grid.size.map((count) => count / 2);
  return maskWhere(grid, (at) => {
    const place = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    return (
      Math.hypot(...place.map((value, axis) => (value - middle[axis]) * grid.spacingMm[axis])) < radiusMm
    );
  });
}

const tumour = ball(ct, 27.3);
const nothing = emptyMask(ct);
const random = createRandom(1);
const small = createGrid([110, 110, 34], [0.9, 0.9, 3], patientPoint(0, 0, 0));
const nodule = ball(small, 22);
const lung = {
  grid: small,
  hu: Int16Array.from(nodule.data, (inside) => (inside ? 40 : -850) + random.normal(0, 25)),
};
const box = boundingBox(nodule);
if (box === undefined) throw new Error("the ball is empty");

const scipy = spawn("/usr/bin/python3", [
  "-c",
  `import sys, time, numpy as np
from scipy.ndimage import distance_transform_edt
z, y, x = np.indices((34, 90, 90))
mask = np.hypot(np.hypot((x - 45) * 0.9, (y - 45) * 0.9), (z - 17) * 3) < 27.3
for line in sys.stdin:
    before = time.perf_counter()
    (distance_transform_edt(~mask, sampling=(3, 0.9, 0.9)) <= 8).sum()
    print(1000 * (time.perf_counter() - before), flush=True)`,
]);
const answers = createInterface({ input: scipy.stdout })[Symbol.asyncIterator]();

function timed(work: () => unknown): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}

const stroke = {
  from: voxelPoint(250, 250, 50),
  to: voxelPoint(255, 252, 50),
  radiusMm: 20,
  value: 1,
} as const;
const work = new Map<string, () => unknown>([
  ["brush, a disc of 20 mm", () => brushStroke(nothing, { ...stroke, plane: "axial", shape: "disc" })],
  ["patch between two masks of a whole CT", () => encodePatch(patchBetween(nothing.data, tumour.data, ct))],
  ["region cut from a box of 60 mm", () => segmentInBox(lung, null, box)],
  ["CTV of 8 mm round 85 cc", () => expandMargin(tumour, uniformMargin(8))],
]);
const times = new Map<string, number[]>([...work.keys(), "SciPy"].map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of work) times.get(name)?.push(timed(run));
  scipy.stdin.write("\n");
  times.get("SciPy")?.push(Number((await answers.next()).value));
  say(`round ${round + 1} of ${rounds}`);
}
scipy.stdin.end();
const medianOf = (name: string): number => median(times.get(name) ?? []);
const ratio = (medianOf("CTV of 8 mm round 85 cc") / medianOf("SciPy")).toFixed(2);
const rows = [...work.keys()].map((name) => [
  name,
  medianOf(name).toFixed(1),
  name.startsWith("CTV") ? ratio : "",
]);
process.stdout.write(`${table(["work", "ms", "of SciPy's time"], rows)}\n`);
