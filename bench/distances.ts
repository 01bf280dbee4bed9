/**
 * Time of every metric of a 512 x 512 x 100 pair, beside plastimatch's Dice and Hausdorff (`plastimatch dice --all`, its
 * reading of the two files included) and the distances alone with SciPy's distance transform, in turns in the same run.
 * Run: npm run bench distances [rounds]. The programs' answers stand beside the times.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { surfaceDistances } from "#evaluate/distances/surface-distances.ts";
import { evaluatePair } from "#evaluate/evaluate-pair.ts";
import { writeNrrd } from "#formats/nrrd.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { median } from "#statistics/moments.ts";

const rounds = Number(process.argv[2] ?? 5);
const grid = createGrid([512, 512, 100], [0.9765625, 0.9765625, 3], patientPoint(0, 0, 0));
const folder = mkdtempSync(join(tmpdir(), "distances-"));

type Ellipsoid = { readonly centreMm: Vector3; readonly radiiMm: Vector3 };

function ellipsoids(...shapes: readonly Ellipsoid[]): Mask {
  const mask = emptyMask(grid);
  const [ni, nj, nk] = grid.size;
  const [si, sj, sk] = grid.spacingMm;
  for (let k = 0, at = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, at++) {
        const inside = ({ centreMm: [x, y, z], radiiMm: [a, b, c] }: Ellipsoid): boolean =>
          ((i * si - x) / a) ** 2 + ((j * sj - y) / b) ** 2 + ((k * sk - z) / c) ** 2 < 1;
        if (shapes.some(inside)) mask.data[at] = 1;
      }
    }
  }
  return mask;
}

const tumour: Ellipsoid = { centreMm: [150, 250, 150], radiiMm: [35, 30, 28] };
const drawn: Ellipsoid = { centreMm: [153, 252, 151.5], radiiMm: [33, 31, 30] };
const left: Ellipsoid = { centreMm: [150, 250, 150], radiiMm: [65, 100, 130] };
const right: Ellipsoid = { centreMm: [350, 250, 150], radiiMm: [65, 100, 130] };
const corner = (mm: Vector3): Ellipsoid => ({ centreMm: mm, radiiMm: [10, 10, 10] });
const pairs: readonly (readonly [string, Mask, Mask])[] = [
  ["a tumour of 123 cc", ellipsoids(tumour), ellipsoids(drawn)],
  [
    "the same, and a false island in the far corner",
    ellipsoids(tumour),
    ellipsoids(drawn, corner([480, 480, 280])),
  ],
  [
    "two lungs of 3500 cc each, one drawn 3 mm off",
    ellipsoids(left, right),
    ellipsoids(left, { ...right, centreMm: [353, 252, 150] }),
  ],
  ["islands in opposite corners", ellipsoids(corner([15, 15, 15])), ellipsoids(corner([480, 480, 280]))],
];

const scipy = `
import sys, time, numpy as np
from scipy import ndimage
def read(path):
    return np.fromfile(path + ".raw", np.uint8).reshape(100, 512, 512)
a, b = read(sys.argv[1]), read(sys.argv[2])
start = time.perf_counter()
box = ndimage.find_objects(a | b)[0]
a, b = (np.pad(x[box], 1) for x in (a, b))
def border(x):
    ones = sum(x[k:x.shape[0]-1+k, j:x.shape[1]-1+j, i:x.shape[2]-1+i] for k in (0, 1) for j in (0, 1) for i in (0, 1))
    return (ones > 0) & (ones < 8)
ea, eb = border(a), border(b)
sampling = (3, 0.9765625, 0.9765625)
da, db = (ndimage.distance_transform_edt(~e, sampling=sampling) for e in (ea, eb))
hd = max(db[ea].max(), da[eb].max())
print((time.perf_counter() - start) * 1000, hd)
`;

function external(program: string, args: readonly string[]): string {
  const { stdout, status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout;
}

function timed<T>(work: () => T): { readonly ms: number; readonly value: T } {
  const start = performance.now();
  const value = work();
  return { ms: performance.now() - start, value };
}

for (const [title, reference, prediction] of pairs) {
  const files = [reference, prediction].map((mask, index) => {
    const path = join(folder, `${index}.nrrd`);
    writeFileSync(path, writeNrrd({ name: "GTV", mask }));
    writeFileSync(`${path}.raw`, mask.data);
    return path;
  });
  const times = {
    metrics: [] as number[],
    distances: [] as number[],
    plastimatch: [] as number[],
    scipy: [] as number[],
  };
  let answers = "";
  for (let round = 0; round < rounds; round++) {
    const ours = timed(() => evaluatePair("p", reference, prediction));
    times.metrics.push(ours.ms);
    times.distances.push(timed(() => surfaceDistances(reference, prediction)).ms);
    const plastimatch = timed(() => external("plastimatch", ["dice", "--all", ...files]));
    times.plastimatch.push(plastimatch.ms);
    const [scipyMs, scipyHd] = external("/usr/bin/python3", ["-c", scipy, ...files])
      .split(" ")
      .map(Number);
    times.scipy.push(scipyMs);
    const theirs = /Hausdorff distance \(boundary\) = ([\d.]+)/.exec(plastimatch.value)?.[1];
    answers = `HD ${ours.value.volume.values.hdMm?.toFixed(2)} mm, plastimatch ${theirs}, SciPy ${scipyHd.toFixed(2)}`;
  }
  const [metrics, distances, plastimatch, scipyMs] = [
    times.metrics,
    times.distances,
    times.plastimatch,
    times.scipy,
  ].map(median);
  console.log(
    `${title}: all metrics ${metrics.toFixed(0)} ms, distances alone ${distances.toFixed(0)} ms; plastimatch ${plastimatch.toFixed(0)} ms (${(plastimatch / metrics).toFixed(1)} times all metrics), SciPy ${scipyMs.toFixed(0)} ms (${(scipyMs / distances).toFixed(1)} times the distances). ${answers}`,
  );
}
rmSync(folder, { recursive: true, force: true });
