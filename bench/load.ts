/**
 * A workspace on a PostgreSQL server under load, its processes and connections killed at random by a seed: what becomes of every
 * series (test/workspace/load/load.ts; the suite runs a small one).
 *
 *   npm run bench load [series] [kills] [seed]      (default: 200 60 1)
 */
import { runLoad } from "../test/workspace/load/load.ts";

const [series = 200, kills = 60, seed = 1] = process.argv.slice(2).map(Number);
const result = await runLoad({ series, slices: 6, workers: 4, kills, seed, together: 20 });
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
process.exit(result.exact === series ? 0 : 1);
