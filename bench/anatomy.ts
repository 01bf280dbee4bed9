/**
 * How often side, lobe and contacts of a tumour are found, on phantoms whose anatomy is known: the lobe that was drawn, and
 * the distances of the tumour's voxels from the phantom's own chest wall and mediastinum.
 * Run: npm run bench anatomy [patients] [seed] [size]
 */
import { describeTumour } from "#anatomy/describe-tumour.ts";
import { table } from "#cli/output.ts";
import { voxelPoint } from "#core/coordinates.ts";
import { createRandom, type Random } from "#core/random.ts";
import { voxelToPatient } from "#geometry/grid.ts";
import { drawBodyPlan } from "#phantom/body-plan.ts";
import { generatePatient, type PhantomPatient } from "#phantom/generate.ts";
import { createThoraxShape } from "#phantom/thorax/thorax-shape.ts";

const [patients, seed, size] = [40, 4, 256].map((value, index) => Number(process.argv[2 + index] ?? value));
/** The tumour grows to within a millimetre of what it touches; between this and `apartMm` an eye would not decide. */
const touchingMm = 3;
const apartMm = 6;

/** Least distances of the tumour's voxels from the inner chest wall and the mediastinum of the phantom. */
function truth(random: Random, { grid, gtv }: PhantomPatient): { wallMm: number; mediastinumMm: number } {
  const shape = createThoraxShape(drawBodyPlan(random.fork("body")), random);
  const origin = random.fork("origin");
  const shift = [origin.uniform(-20, 20), origin.uniform(-200, 100), origin.uniform(-900, 300)];
  const [width, height] = grid.size;
  let [wallMm, mediastinumMm] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = 0; at < gtv.data.length; at++) {
    if (gtv.data[at] === 0) continue;
    const index = voxelPoint(at % width, Math.floor(at / width) % height, Math.floor(at / (width * height)));
    const [x, y, z] = voxelToPatient(grid, index).map((value, axis) => value - shift[axis]);
    const [toPleura, toMiddle] = [-shape.lung(x, y, z), shape.mediastinum(x, y, z)];
    // The pleura that is neither the mediastinum's nor the diaphragm's lies on the chest wall, over the apex too.
    const onWall = toPleura + 1 < -shape.diaphragm(x, y, z) && toPleura + 8 < toMiddle;
    wallMm = Math.min(wallMm, -shape.cavity(x, y, z), onWall ? toPleura : Number.POSITIVE_INFINITY);
    mediastinumMm = Math.min(mediastinumMm, toMiddle);
  }
  return { wallMm, mediastinumMm };
}

const score = new Map<string, { right: number; wrong: number }>();
function count(label: string, right: boolean): void {
  const entry = score.get(label) ?? { right: 0, wrong: 0 };
  score.set(label, right ? { ...entry, right: entry.right + 1 } : { ...entry, wrong: entry.wrong + 1 });
}

let milliseconds = 0;
for (let patient = 1; patient <= patients; patient++) {
  const random = createRandom(seed).fork(patient);
  const phantom = generatePatient(random, { size });
  const before = performance.now();
  const tumour = describeTumour(phantom, phantom.gtv);
  milliseconds += performance.now() - before;
  const { lobe, volumeCc } = phantom.description;
  const distances = truth(random, phantom);
  count("side", lobe.startsWith(tumour.side ?? "?"));
  count("lobe", tumour.lobe === lobe);
  for (const [neighbour, mm, contact] of [
    ["chest wall", distances.wallMm, tumour.chestWallContact],
    ["mediastinum", distances.mediastinumMm, tumour.mediastinumContact],
  ] as const) {
    if (mm <= touchingMm) count(`${neighbour}: contact found`, contact === true);
    else if (mm >= apartMm) count(`${neighbour}: no contact found`, contact === false);
    else count(`${neighbour}: ${touchingMm} to ${apartMm} mm away, called contact`, contact === true);
  }
  process.stderr.write(
    `${patient}: ${lobe} (${tumour.lobe}), ${volumeCc.toFixed(1)} cc, wall ${distances.wallMm.toFixed(1)} (${tumour.chestWallMm?.toFixed(1)}), ` +
      `mediastinum ${distances.mediastinumMm.toFixed(1)} (${tumour.mediastinumMm?.toFixed(1)}), sphericity ${tumour.sphericity.toFixed(2)}\n`,
  );
}
const rows = [...score]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([label, { right, wrong }]) => [label, `${right} of ${right + wrong}`]);
process.stdout.write(
  `${patients} phantoms, seed ${seed}, ${size} x ${size}\n${table(["", "found"], rows)}\n`,
);
process.stdout.write(`${Math.round(milliseconds / patients)} ms per patient\n`);
