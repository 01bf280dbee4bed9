#!/usr/bin/env node
// Starts the command line on this Node.js, or on the one that came with the package where this one is too old.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (Number(process.versions.node.split(".")[0]) >= 24) {
  await import(main);
} else {
  const { endAsChild } = await import("./end-as-child.mjs");
  await endAsChild(bundledNode(), [fileURLToPath(main), ...process.argv.slice(2)]);
}

function bundledNode() {
  const system = process.platform === "win32" ? "win" : process.platform;
  const executable = process.platform === "win32" ? "node.exe" : "node";
  try {
    const name = `node-${system}-${process.arch}/package.json`;
    return join(dirname(createRequire(import.meta.url).resolve(name)), "bin", executable);
  } catch {
    console.error(
      `delineate needs Node.js 24 or newer; this is ${process.version}. Install it and run this again.`,
    );
    process.exit(1);
  }
}
