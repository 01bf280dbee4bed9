// TypeScript to JavaScript, file by file: the sources hold only types that can be erased, so that Node.js itself erases
// them. Lines and columns stay where they are: a stack trace of the package points into the source.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";

/** Every string that names a file of ours: of an import, or of a worker in `new URL("./x.worker.ts", import.meta.url)`. */
const ownFile = /"((?:#|\.{1,2}\/)[^"\n]+)\.ts"/g;

/** Compiles the product's files of `from` to the same places in `to`. */
export function compileSources(from, to) {
  for (const path of readdirSync(from, { recursive: true })) {
    if (!path.endsWith(".ts") || /\.(test|d)\.ts$/.test(path)) continue;
    const target = join(to, path.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    const script = stripTypeScriptTypes(readFileSync(join(from, path), "utf8"));
    writeFileSync(target, script.replaceAll(ownFile, '"$1.js"'));
  }
}
