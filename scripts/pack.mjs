// `npm run pack -- [FOLDER] [npm] [archive]`: the tarball for npm and the archive that needs neither npm nor a network, into
// `packed` or FOLDER.
import { buildWeb } from "./build-web.mjs";
import { ensureInstalled, runProgram } from "./runtime.mjs";

ensureInstalled();
buildWeb();
await runProgram("scripts/pack/pack.mjs", process.argv.slice(2));
