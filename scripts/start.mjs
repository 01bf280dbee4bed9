// `npm start`: installs what is missing, then runs the main job on a sample patient.
import { runProgram } from "./runtime.mjs";

await runProgram("src/cli/main.ts", ["start", ...process.argv.slice(2)]);
