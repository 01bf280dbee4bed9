// `npm run bench NAME [ARGUMENTS]`: one of the measurements in bench/, on the project's own Node.js.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root, runProgram } from "./runtime.mjs";

const [name, ...args] = process.argv.slice(2);
const path = join("bench", `${name}.ts`);
if (name === undefined || !existsSync(join(root, path))) {
  const names = readdirSync(join(root, "bench")).filter((file) => file.endsWith(".ts"));
  console.error(`Usage: npm run bench NAME; there are: ${names.map((file) => file.slice(0, -3)).join(", ")}`);
  process.exit(2);
}
await runProgram(path, args);
