// The Node.js that comes with the project as an npm package, and the installation of those packages.
// Plain JavaScript for old Nodes: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { endAsChild } from "./pack/end-as-child.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

// Node.js keeps what it compiled: the second start of the program takes half the time. Every process below inherits this; where
// the folder cannot be written, Node.js goes on without.
process.env.NODE_COMPILE_CACHE ??= join(root, "node_modules", ".cache", "compiled");

/** Path of a Node.js 24 or newer: the bundled one, or the one running this where no package exists for the platform. */
export function bundledNode() {
  const executable = process.platform === "win32" ? "node.exe" : "node";
  const system = process.platform === "win32" ? "win" : process.platform;
  const path = join(root, "node_modules", `node-${system}-${process.arch}`, "bin", executable);
  if (existsSync(path)) return path;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  console.error(
    `delineate needs Node.js 24 or newer; this is ${process.version}, and npm has no Node.js package for ` +
      `${process.platform}-${process.arch}. Install Node.js 24 and run this again.`,
  );
  process.exit(1);
}

/** Installs the packages that package-lock.json names, if that was not done since it last changed. */
export function ensureInstalled() {
  const marker = join(root, "node_modules", ".package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs) return;
  if (existsSync(marker) && sameVersions(marker, lock)) return;
  console.error("Installing the packages of package-lock.json (once) ...");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const result = spawnSync(npm, ["ci", "--include=dev", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (result.status !== 0) {
    console.error(
      "npm ci failed; its message is above. Check the connection to the npm registry and run this again.",
    );
    process.exit(1);
  }
}

/** A clone's file times say nothing: compare what is installed with what is locked. */
function sameVersions(marker, lock) {
  const installed = JSON.parse(readFileSync(marker, "utf8")).packages;
  const locked = JSON.parse(readFileSync(lock, "utf8")).packages;
  return Object.entries(locked).every(
    ([path, entry]) => path === "" || entry.optional || installed[path]?.version === entry.version,
  );
}

/** Runs a program of the project on the bundled Node.js and ends this process as that one ends. */
export async function runProgram(path, args) {
  ensureInstalled();
  await endAsChild(bundledNode(), ["--disable-warning=ExperimentalWarning", join(root, path), ...args]);
}

/** Runs one command on the bundled Node.js and returns its exit code. */
export function runNode(args) {
  return spawnSync(bundledNode(), args, { cwd: root, stdio: "inherit" }).status ?? 1;
}
