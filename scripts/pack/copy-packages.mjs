// The packages that the program runs on, from node_modules, without what only building or installing them needs.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { root } from "../runtime.mjs";

/** Types, source maps and prose; licences stay. */
const unused = /\.(map|md|markdown|flow|[cm]?ts|tsbuildinfo)$/i;
const licence = /licen[cs]e|copying|notice/i;
/** Folders beside a package.json, not deeper: tests, install scripts, protobufjs's code generator with packages of its own. */
const unusedFolders = new Set([
  "test",
  "tests",
  "__tests__",
  "docs",
  "examples",
  "benchmarks",
  "script",
  "cli",
]);

/** Copies what package-lock.json says is needed to run; of ONNX Runtime the libraries of `platforms` ("linux/x64") only. */
export function copyPackages(folder, platforms) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  for (const [path, { dev, optional, devOptional }] of Object.entries(packages)) {
    if (path === "" || dev || optional || devOptional) continue;
    cpSync(join(root, path), join(folder, path), {
      recursive: true,
      filter: (file) => isUsed(relative(join(root, path), file), platforms),
    });
    withoutScripts(join(folder, path, "package.json"));
  }
}

/** Whether a package's file is needed; `path` is from the package's folder. */
function isUsed(path, platforms) {
  const parts = path.split(sep);
  // A package inside a package has its own entry in the lock.
  if (parts[0] === "node_modules" || unusedFolders.has(parts[0])) return false;
  if (unused.test(path) && !licence.test(basename(path))) return false;
  const library = /^bin\/napi-v\d+\/(\w+)\/(\w+)\//.exec(parts.join("/"));
  // The library of macOS lies there twice; the binding loads the one of the short name.
  if (/libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(path)) return false;
  return library === null || platforms.includes(`${library[1]}/${library[2]}`);
}

/** ONNX Runtime's install script downloads CUDA, and ends the install where there is no network; none of the others is needed. */
function withoutScripts(path) {
  const { scripts, ...rest } = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, `${JSON.stringify(rest, null, 2)}\n`);
}
