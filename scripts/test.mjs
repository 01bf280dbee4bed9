// `npm test`: installs what is missing, then formatter and linter, the compiler, and all tests.
// With arguments (`npm test -- src/geometry`) only the named tests.
import { buildWeb } from "./build-web.mjs";
import { installJudges } from "./judges.mjs";
import { ensureInstalled, runNode } from "./runtime.mjs";

ensureInstalled();
installJudges();

const chosen = process.argv.slice(2);
const compiler = ["node_modules/typescript/bin/tsc", "-p"];
const checks = [
  ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"],
  [...compiler, "tsconfig.json"],
  // The folders below `node` compile with no platform types: they cannot know files, clocks, HTTP or the DOM.
  [...compiler, "tsconfig.pure.json"],
  [...compiler, "tsconfig.web.json"],
  [...compiler, "tsconfig.workspace-tests.json"],
];
if (chosen.length === 0) {
  for (const check of checks) {
    if (runNode(check) !== 0) process.exit(1);
  }
}
buildWeb();
process.exit(runNode(["node_modules/vitest/vitest.mjs", "run", ...chosen]));
