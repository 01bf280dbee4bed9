#!/usr/bin/env node
// Starts the command line on the Node.js that comes with the project: the system's own may be too old for TypeScript.
import { runProgram } from "../scripts/runtime.mjs";

await runProgram("src/cli/main.ts", process.argv.slice(2));
