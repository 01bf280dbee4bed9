/** What `npm run pack` makes works where it is unpacked: with no npm, no Node.js, no network and no source beside it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameOf, verbs } from "#cli/verbs.ts";
import { silentProgress } from "#core/progress.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import packageFile from "../package.json" with { type: "json" };
import { dicomErrors } from "./judge.ts";

const folder = mkdtempSync(join(tmpdir(), "package ü-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const root = join(import.meta.dirname, "..");
const name = `delineate-${packageFile.version}`;

/** A gzip before the system's, which makes nothing smaller: what is in the packages is the subject, and packing it takes longer than all else. */
const quick = join(folder, "quick");
const store = "process.stdin.pipe(require('node:zlib').createGzip({ level: 0 })).pipe(process.stdout)";
const script = `#!/bin/sh\nexec '${process.execPath}' -e "${store}"\n`;
mkdirSync(quick);
writeFileSync(join(quick, "gzip"), script, { mode: 0o755 });

function pack(kind: "npm" | "archive"): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, "scripts/pack/pack.mjs"), folder, kind],
    { encoding: "utf8", env: { ...process.env, PATH: `${quick}${delimiter}${process.env.PATH}` } },
  );
  expect([status, stderr.replace(/.*ExperimentalWarning.*\n|\(Use `node.*\n/g, "")]).toEqual([0, ""]);
}

function unpack(archive: string, into: string): void {
  mkdirSync(into, { recursive: true });
  expect(spawnSync("tar", ["-xzf", join(folder, archive), "-C", into]).status).toBe(0);
}

/** Only root may take the network away. */
const withoutNetwork = spawnSync("unshare", ["-n", "true"]).status === 0 ? ["unshare", "-n"] : [];

/** Runs a program with the system's own folders in PATH and nothing else in its environment. */
function run(...command: string[]) {
  const [program, ...args] = [...withoutNetwork, ...command];
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8" },
  });
  return { status, stdout, stderr };
}

describe.runIf(process.platform === "linux" && process.arch === "x64")("the archive", () => {
  const delineate = join(folder, "archive", `${name}-linux-x64`, "bin/delineate");
  beforeAll(() => {
    pack("archive");
    unpack(`${name}-linux-x64.tar.gz`, join(folder, "archive"));
  });

  test("shows its help, through a link too, and the help of a verb", () => {
    const link = join(folder, "a link");
    spawnSync("ln", ["-s", delineate, link]);
    const { status, stdout, stderr } = run(link, "--help");
    expect([status, stderr]).toEqual([0, ""]);
    for (const verb of verbs) expect(stdout).toContain(verb.usage);
    expect(run(delineate, "experiment", "--help").stdout).toContain("Usage: delineate experiment");
  });

  test("holds the licences of what the page is bundled from", () => {
    const text = readFileSync(join(delineate, "../../web/dist/licences.txt"), "utf8");
    for (const bundled of ["react-dom", "scheduler", "zod"])
      expect(text).toMatch(new RegExp(`^${bundled} \\d+\\.\\d+\\.\\d+\\n\\nLicence: MIT`, "m"));
    expect(text).toContain("Permission is hereby granted, free of charge");
  });

  test("makes a patient on worker threads and contours it with the model inside", async () => {
    const cohort = join(folder, "cohort");
    const same = join(folder, "same");
    const size = ["--patients", "1", "--first", "4", "--seed", "2", "--size", "64"];
    expect(run(delineate, "phantom", ...size, "--out", cohort).status).toBe(0);
    await makePhantoms({ patients: 1, first: 4, seed: 2, size: 64, out: same }, silentProgress);
    const ct = join("patient-0004", "ct");
    for (const file of readdirSync(join(same, ct)))
      expect(readFileSync(join(cohort, ct, file)).equals(readFileSync(join(same, ct, file)))).toBe(true);
    const gtv = join(folder, "gtv.dcm");
    const { status, stdout } = run(delineate, "segment", join(cohort, ct), "--out", gtv, "--json");
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.proof[0]).toMatchObject({ dsc: 1, differingVoxels: 0 });
    expect(result.volumeCc).toBeGreaterThan(1);
    expect(dicomErrors(gtv)).toEqual([]);
  });
});

describe("the npm tarball", () => {
  const installed = join(folder, "npm/node_modules/delineate");
  beforeAll(() => {
    pack("npm");
    // All packages that it needs are inside and none has a script: what npm does with it is to unpack it.
    unpack(`${name}.tgz`, join(folder, "npm/node_modules"));
    spawnSync("mv", [join(folder, "npm/node_modules/package"), installed]);
  });

  test("holds every package that it depends on, and no script that an install would run", () => {
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    expect(manifest.bundleDependencies).toEqual(Object.keys(packageFile.dependencies));
    const manifests = [installed, ...packagesOf(installed)].map((path) =>
      JSON.parse(readFileSync(join(path, "package.json"), "utf8")),
    );
    expect(manifests.filter(({ scripts }) => scripts !== undefined)).toEqual([]);
    const names = new Set(manifests.map((contained) => contained.name));
    const missing = manifests.flatMap(({ dependencies = {} }) =>
      Object.keys(dependencies).filter((needed) => !names.has(needed)),
    );
    expect(missing).toEqual([]);
  });

  test.each(["--help", ...verbs.map((verb) => `${nameOf(verb)} --help`)].filter((_, at) => at % 6 === 0))(
    "%s runs inside node_modules, where Node.js takes no TypeScript",
    (line) => {
      const { status, stdout } = run(
        process.execPath,
        join(installed, "bin/delineate.mjs"),
        ...line.split(" "),
      );
      expect([status, stdout]).toEqual([0, expect.stringContaining("Usage: delineate")]);
    },
  );
});

/** Folders of the packages below a folder, those inside other packages too. */
function packagesOf(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(file))
    .map((file) => join(path, file, ".."));
}
