// `npm start`: installs what is missing, builds the page, and opens the review workspace.
import { buildWeb } from "./build-web.mjs";
import { ensureInstalled, runProgram } from "./runtime.mjs";

ensureInstalled();
buildWeb();
await runProgram("src/cli/main.ts", ["start", ...process.argv.slice(2)]);
