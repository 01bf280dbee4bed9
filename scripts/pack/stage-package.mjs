// A folder that is the package: compiled JavaScript, the built page, the models, and the packages that run, as locked.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../runtime.mjs";
import { compileSources } from "./compile-sources.mjs";
import { copyPackages } from "./copy-packages.mjs";

const source = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
export const version = source.version;

/** Writes the package into `folder`, anew, with ONNX Runtime for `platforms` ("linux/x64"). */
export function stagePackage(folder, platforms) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  compileSources(join(root, "src"), join(folder, "dist"));
  for (const path of [
    "web/dist",
    "models",
    "templates",
    "docs",
    "deploy",
    "README.md",
    "CONTRIBUTING.md",
    "LICENSE",
  ])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  copyPackages(folder, platforms);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(describePackage(), null, 2)}\n`);
}

/** The libraries travel inside: an install takes the versions that were tested, and runs no script of theirs. */
function describePackage() {
  const { scripts, devDependencies, ...rest } = source;
  return {
    ...rest,
    imports: { "#*": "./dist/*" },
    bundleDependencies: Object.keys(source.dependencies),
  };
}
