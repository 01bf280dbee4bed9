/** Holds the source tree to ladder.json: imports run downhill and in no circle, the platform stays in its rooms, files, functions and folders stay small. */
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import ladder from "../ladder.json" with { type: "json" };

type SourceFile = { readonly path: string; readonly text: string };

/** All TypeScript of a folder of the repository, by its path from there, with `/`. */
function sourceFiles(folder: string): SourceFile[] {
  const root = join(import.meta.dirname, "..", folder);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({
      path: path.replaceAll("\\", "/"),
      text: readFileSync(join(root, path), "utf8"),
    }));
}

const files = sourceFiles("src");
const pageFiles = sourceFiles("web/src");
const isProduct = ({ path }: SourceFile): boolean => !/\.test\.tsx?$|\.d\.ts$/.test(path);
const product = files.filter(isProduct);

const rungOf = (path: string): number => ladder.rungs.indexOf(path.split("/")[0]);
const isIn = (path: string, rooms: readonly string[]): boolean =>
  rooms.some((room) => path.startsWith(`${room}/`));
const mayTouchPlatform = (path: string): boolean => isIn(path, ladder.platform) && !isIn(path, ladder.pure);

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from\s+|import\s*\(?\s*)"([^"]+)"/g)].map((match) => match[1]);
}

const exported = /^export (?:async )?(?:abstract )?(?:const|let|function\*?|class|type|interface) (\w+)/gm;
const namedImport = /(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*"([^"]+)"/g;
const wholeImport = /import(?:\s+(?:type\s+)?\*\s+as\s+\w+\s+from\s*|\s*\(\s*)"([^"]+)"/g;

/** Files of `src` that a file imports, by their path from there. */
function ownImports({ path, text }: SourceFile): string[] {
  return importsOf(text).flatMap((specifier) => {
    if (specifier.startsWith("#")) return [specifier.slice(1)];
    if (!specifier.startsWith(".")) return [];
    return [join(dirname(path), specifier).replaceAll("\\", "/")];
  });
}

test("every folder of src has a rung on the ladder", () => {
  const folders = new Set(files.map((file) => file.path.split("/")[0]));
  expect([...folders].filter((folder) => !ladder.rungs.includes(folder))).toEqual([]);
});

test("every import points downhill", () => {
  const uphill = product.flatMap((file) =>
    ownImports(file)
      .filter((target) => rungOf(target) > rungOf(file.path))
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(uphill).toEqual([]);
});

test.each([
  ["src", product],
  ["the page", pageFiles.filter(isProduct)],
])("no imports of %s run in a circle, by value or by type", (_, sources) => {
  const importsByPath = new Map(sources.map((file) => [file.path, ownImports(file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(" -> "));
    if (way.includes(path) || done.has(path)) return;
    for (const target of importsByPath.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of importsByPath.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test("outside the platform's rooms no file imports a module of Node.js or such a room, or reads a clock, the console or unseeded chance", () => {
  const forbidden = /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|process\.|console\.)/;
  const broken = product
    .filter((file) => !mayTouchPlatform(file.path))
    .filter(
      (file) =>
        forbidden.test(file.text) ||
        ownImports(file).some(mayTouchPlatform) ||
        importsOf(file.text).some((name) => name.startsWith("node:") || builtinModules.includes(name)),
    );
  expect(broken.map((file) => file.path)).toEqual([]);
});

test("only src/engine/runtime imports ONNX Runtime", () => {
  const importers = product.filter((file) =>
    importsOf(file.text).some((name) => name.startsWith("onnxruntime")),
  );
  expect(importers.map((file) => file.path).filter((path) => !path.startsWith("engine/runtime/"))).toEqual(
    [],
  );
});

test("the page imports only the folders of src that may run in a browser", () => {
  const broken = pageFiles.flatMap((file) =>
    importsOf(file.text)
      .filter((specifier) => specifier.startsWith("#") || specifier.includes("/src/"))
      .filter(
        (specifier) => !isIn(specifier.slice(1), ladder.web.imports) || mayTouchPlatform(specifier.slice(1)),
      )
      .map((specifier) => `${file.path} imports ${specifier}`),
  );
  expect(broken).toEqual([]);
});

test(`no file is longer than ${ladder.maxLines} lines, tables excepted`, () => {
  const tables: readonly string[] = ladder.tables;
  const long = [...files, ...pageFiles]
    .filter((file) => !tables.includes(file.path))
    .map((file) => `${file.path}: ${file.text.split("\n").length}`)
    .filter((line) => Number(line.split(": ")[1]) > ladder.maxLines);
  expect(long).toEqual([]);
});

test(`no folder holds more than ${ladder.maxFiles} files`, () => {
  const counts = new Map<string, number>();
  for (const [root, list] of [["src", files] as const, ["web/src", pageFiles] as const])
    for (const { path } of list) {
      const folder = dirname(`${root}/${path}`);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  expect([...counts].filter(([, count]) => count > ladder.maxFiles)).toEqual([]);
});

test.each([
  [
    "a model is run over a CT",
    /\bpredictVolume\(/,
    ["segment/contour-ct.ts", "segment/prediction/predict-volume.ts"],
  ],
  ["a confidence becomes a contour", /\btoMask\(/, ["segment/clean-up.ts", "segment/contour-ct.ts"]],
  ["Dice's coefficient is computed", /2 \* (shared|both|truePositives)\b/, ["geometry/overlap.ts"]],
  ["a mask is proved", /differingVoxels =/, ["dicom/rtstruct/prove-export.ts"]],
] as const)("there is one place where %s", (_, pattern, places) => {
  const paths = [...product, ...pageFiles].filter(({ text }) => pattern.test(text)).map(({ path }) => path);
  expect(paths.sort()).toEqual([...places].sort());
});

test("every exported symbol has a user in another file", () => {
  const everything = ["src", "web/src", "test", "bench"].flatMap((folder) =>
    sourceFiles(folder).map(({ path, text }) => ({ path: `${folder}/${path}`, text })),
  );
  const used = new Set<string>();
  for (const { path, text } of everything) {
    const targetOf = (specifier: string): string =>
      specifier.startsWith("#")
        ? `src/${specifier.slice(1)}`
        : join(dirname(path), specifier).replaceAll("\\", "/");
    for (const [, names, specifier] of text.matchAll(namedImport))
      for (const name of names.split(","))
        used.add(
          `${targetOf(specifier)} ${name
            .trim()
            .replace(/^type /, "")
            .replace(/ as .*/s, "")}`,
        );
    for (const [, specifier] of text.matchAll(wholeImport)) used.add(targetOf(specifier));
  }
  const unused = everything
    .filter((file) => /^(src|web\/src)\//.test(file.path) && isProduct(file) && !used.has(file.path))
    .flatMap(({ path, text }) => [...text.matchAll(exported)].map(([, name]) => `${path} ${name}`))
    .filter((symbol) => !used.has(symbol));
  expect(unused).toEqual([]);
});

test("every source file that a comment names is there", () => {
  const places = ["src", "web/src", "test", "bench"].flatMap((folder) =>
    sourceFiles(folder).map(({ path }) => `/${folder}/${path}`),
  );
  const staleNames = [...files, ...pageFiles].flatMap(({ path, text }) =>
    (text.match(/^ *(?:\/\*\*|\*|\/\/).*/gm) ?? [])
      .flatMap((comment) => comment.match(/[\w./-]+\.tsx?\b/g) ?? [])
      .filter((wanted) => !places.some((place) => place.endsWith(`/${wanted.replace(/^\.+\//, "")}`)))
      .map((wanted) => `${path} names ${wanted}`),
  );
  expect(staleNames).toEqual([]);
});
