/** Holds the source tree to ladder.json: imports run downhill, platform modules stay at the top, files stay short. */
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, relative, sep } from "node:path";
import { expect, test } from "vitest";
import ladder from "../ladder.json" with { type: "json" };

const sourceRoot = join(import.meta.dirname, "..", "src");
const files = readdirSync(sourceRoot, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path: path.split(sep).join("/"), text: readFileSync(join(sourceRoot, path), "utf8") }));
const pageRoot = join(import.meta.dirname, "..", "web", "src");
const pageFiles = readdirSync(pageRoot, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path: path.split(sep).join("/"), text: readFileSync(join(pageRoot, path), "utf8") }));
const production = files.filter((file) => !file.path.endsWith(".test.ts") && !file.path.endsWith(".d.ts"));

const rungOf = (path: string): number => ladder.rungs.indexOf(path.split("/")[0]);
const platformRung = ladder.rungs.indexOf(ladder.firstRungWithPlatform);

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from\s+|import\s*\(?\s*)"([^"]+)"/g)].map((match) => match[1]);
}

test("every folder of src has a rung on the ladder", () => {
  const folders = new Set(files.map((file) => file.path.split("/")[0]));
  expect([...folders].filter((folder) => !ladder.rungs.includes(folder))).toEqual([]);
});

test("every import points downhill", () => {
  const uphill = production.flatMap((file) =>
    importsOf(file.text)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) =>
        relative(sourceRoot, join(sourceRoot, file.path, "..", specifier))
          .split(sep)
          .join("/"),
      )
      .filter((target) => rungOf(target) > rungOf(file.path))
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(uphill).toEqual([]);
});

test("no file below the platform imports a module of Node.js or reads a clock, the console or unseeded chance", () => {
  const forbidden = /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|process\.|console\.)/;
  const broken = production
    .filter((file) => rungOf(file.path) < platformRung)
    .filter(
      (file) =>
        forbidden.test(file.text) ||
        importsOf(file.text).some((name) => name.startsWith("node:") || builtinModules.includes(name)),
    );
  expect(broken.map((file) => file.path)).toEqual([]);
});

test("only src/node/onnx imports ONNX Runtime", () => {
  const importers = production.filter((file) =>
    importsOf(file.text).some((name) => name.startsWith("onnxruntime")),
  );
  expect(importers.map((file) => file.path).filter((path) => !path.startsWith("node/onnx/"))).toEqual([]);
});

test("the page imports only the folders of src that may run in a browser", () => {
  const allowed: readonly string[] = ladder.web.imports;
  const broken = pageFiles.flatMap((file) =>
    importsOf(file.text)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => relative(sourceRoot, join(pageRoot, file.path, "..", specifier)).split(sep))
      .filter(([folder]) => folder !== ".." && !allowed.includes(folder))
      .map((target) => `${file.path} imports ${target.join("/")}`),
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
