/**
 * The licences of the packages that the page is bundled from, as licences.txt beside it: whoever is given the page is given them.
 * Which packages these are, the build itself says: those of the modules in its files and in its workers'.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const fileName = "licences.txt";
const licenceFile = /^(licen[cs]e|copying|notice)([.-]|$)/i;

/** Two plugins on one list: `inWorkers` notes what the workers are bundled from, which are made first; `inPage` writes the file. */
export function bundleLicences(): { readonly inPage: Plugin; readonly inWorkers: () => Plugin[] } {
  const folders = new Set<string>();
  const note = (moduleIds: readonly string[]): void => {
    for (const id of moduleIds) {
      const folder = packageFolder(id);
      if (folder !== undefined) folders.add(folder);
    }
  };
  return {
    inWorkers: () => [
      {
        name: "note-licences",
        generateBundle: (_, bundle) => {
          for (const file of Object.values(bundle)) if (file.type === "chunk") note(file.moduleIds);
        },
      },
    ],
    inPage: {
      name: "bundle-licences",
      generateBundle(_, bundle) {
        for (const file of Object.values(bundle)) if (file.type === "chunk") note(file.moduleIds);
        const texts = [...new Set([...folders].map(licenceText))].sort();
        this.emitFile({ type: "asset", fileName, source: texts.join(`\n${"-".repeat(80)}\n\n`) });
      },
    },
  };
}

/** The folder of the package that a module is of; undefined for the project's own and the bundler's. */
function packageFolder(moduleId: string): string | undefined {
  const path = moduleId.replace(/^\0/, "").replace(/\?.*$/, "");
  const inPackages = /^(.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(path);
  return inPackages === null ? undefined : join(inPackages[1], inPackages[2]);
}

/** Name, version, licence and its text. Throws for a package that states no licence at all: it must not be given on. */
function licenceText(folder: string): string {
  const { name, version, license, author, homepage } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const files = readdirSync(folder)
    .filter((file) => licenceFile.test(file))
    .sort();
  if (typeof license !== "string" && files.length === 0)
    throw new Error(`${name} ${version} states no licence: it cannot be bundled into the page.`);
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  const source =
    files.length > 0
      ? []
      : [`The package holds no text of it. ${author?.name ?? author ?? ""} ${homepage ?? ""}`.trim()];
  return `${[`${name} ${version}`, `Licence: ${license ?? "see below"}`, ...texts, ...source].join("\n\n")}\n`;
}
