/**
 * A workspace on a PostgreSQL server under load, its processes and connections killed at random by a seed: series come over eight
 * DICOM associations at once; what becomes of every one (test/workspace/load/load.ts; the suite runs a small one by uploads).
 *
 *   npm run bench load [series] [kills] [seed] [slices]      (default: 200 60 1 60)
 */
import { runLoad } from "../test/workspace/load/load.ts";

const [series = 200, kills = 60, seed = 1, slices = 60] = process.argv.slice(2).map(Number);
const result = await runLoad({ series, slices, workers: 4, kills, seed, by: { associations: 8 } });
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
process.exit(result.exact === series ? 0 : 1);
