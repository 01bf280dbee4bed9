/**
 * How long the command line takes to begin: an empty Node.js, then the help and a verb's help from the sources and from the
 * packed archive, in turns, so that what else the machine does falls on all alike. Medians, and ratios to the empty Node.js.
 *
 *   npm run bench start [rounds] [folder of other sources, such as an older revision's]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { table } from "#cli/output.ts";
import { programName, programVersion } from "#platform/version.ts";
import { median } from "#statistics/moments.ts";

const rounds = Number(process.argv[2] ?? 15);
const older = process.argv[3];
const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "start-"));
const archive = `${programName}-${programVersion}-linux-x64`;

/** Runs a program to its end. Throws if it fails. */
function run(program: string, ...args: string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

run(process.execPath, join(root, "scripts/pack/pack.mjs"), folder, "archive");
run("tar", "-xzf", join(folder, `${archive}.tar.gz`), "-C", folder);

const main = join("src", "cli", "main.ts");
const programs: Record<string, readonly [string, ...string[]]> = {
  "the sources": [process.execPath, join(root, main)],
  "the archive": [join(folder, archive, "bin", programName)],
  ...(older === undefined ? {} : { "the other sources": [process.execPath, join(older, main)] }),
};
const cases: Record<string, readonly [string, ...string[]]> = {
  "an empty Node.js": [process.execPath, "-e", "0"],
};
for (const verb of [[], ["segment"]])
  for (const [from, command] of Object.entries(programs))
    cases[`${[...verb, "--help"].join(" ")} from ${from}`] = [...command, ...verb, "--help"];

const times: Record<string, number[]> = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < rounds; round++)
  for (const [name, command] of Object.entries(cases)) times[name].push(run(...command));
rmSync(folder, { recursive: true });

const [empty] = Object.values(times).map(median);
const rows = Object.entries(times).map(([name, values]) => {
  const ms = median(values);
  return [name, ms.toFixed(0), (ms - empty).toFixed(0), (ms / empty).toFixed(1)];
});
process.stdout.write(`medians of ${rounds}\n${table(["", "ms", "more than empty", "ratio"], rows)}\n`);
