/** The command line as a person meets it: help, exit codes, JSON, and the main job on a synthetic patient end to end. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameOf, verbs } from "#cli/verbs.ts";
import { silentProgress } from "#core/progress.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import { dicomErrors } from "./judge.ts";

const folder = mkdtempSync(join(tmpdir(), "command line ü-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cohort = join(folder, "cohort");
const patient = join(cohort, "patient-0001");
const gtv = join(folder, "gtv.dcm");
const main = join(import.meta.dirname, "../src/cli/main.ts");

function delineate(...args: string[]) {
  return delineateWith([], ...args);
}

/** The command line in a Node.js with these options of its own. */
function delineateWith(nodeOptions: readonly string[], ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeOptions, main, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { status, stdout, stderr };
}

/** Says on standard error which modules are loaded. */
const tellLoads =
  "import { registerHooks } from 'node:module'; registerHooks({ load: (url, context, next) => (console.error(url), next(url, context)) });";

beforeAll(async () => {
  await makePhantoms({ patients: 1, first: 4, seed: 2, size: 128, out: cohort }, silentProgress);
  // Numbered 4 in its seed; the tests call it the first.
  renameSync(join(cohort, "patient-0004"), patient);
});

describe("help", () => {
  /** The command line called once for each verb, by one process: what a process each prints takes ten times as long. */
  const call = `for (const name of ${JSON.stringify(verbs.map(nameOf))}) {
    process.argv = [process.execPath, "main.ts", name, "--help"];
    process.exitCode = undefined;
    await import(${JSON.stringify(pathToFileURL(main).href)} + "?" + name);
    process.stdout.write("\\0" + process.exitCode + "\\0");
  }`;
  let shown: string[];
  beforeAll(() => {
    shown = spawnSync(process.execPath, ["--input-type=module"], {
      input: call,
      encoding: "utf8",
    }).stdout.split("\0");
  });

  test.each(verbs.map((verb, at) => [nameOf(verb), verb.usage, at] as const))(
    "%s --help shows its usage as the list of verbs does, what it does and examples, and ends with 0",
    (_, usage, at) => {
      const [stdout, status] = shown.slice(2 * at);
      expect(status).toBe("0");
      expect(stdout).toContain(`Usage: delineate ${usage}`);
      expect(stdout).toContain("Examples:");
    },
  );
});

test("an option given twice is wrong usage, and nothing is written", () => {
  const twice = delineate("convert", "in.dcm", gtv, "--roi", "GTV", "--roi", "Lung");
  expect(twice.status).toBe(2);
  expect(twice.stderr).toContain("--roi is given twice");
  expect(existsSync(gtv)).toBe(false);
});

test("help segment is segment --help", () => {
  expect(delineate("help", "segment").stdout).toBe(delineate("segment", "--help").stdout);
});

test("--help lists every verb, and loads none of them nor what they need", () => {
  const { status, stdout, stderr } = delineateWith(
    ["--import", `data:text/javascript,${tellLoads}`],
    "--help",
  );
  expect(status).toBe(0);
  const lines = stdout.split("\n").map((line) => line.replace(/ +/g, " ").trim());
  for (const { usage, description } of verbs) expect(lines).toContain(`${usage} ${description}`);
  const loaded = [...stderr.matchAll(/file:.*\/(?:src|node_modules)\/(.*)/g)].map(([, path]) => path);
  const packages = new Set(loaded.filter((path) => !path.endsWith(".ts")).map((path) => path.split("/")[0]));
  expect([...packages]).toEqual(["commander"]);
  expect(loaded.filter((path) => path.startsWith("cli/")).sort()).toEqual([
    "cli/main.ts",
    "cli/output.ts",
    "cli/verbs.ts",
  ]);
});

describe("exit codes and errors", () => {
  test.each<[string, number, string[], string]>([
    ["an unknown verb", 2, ["divine"], "divine"],
    ["a missing option", 2, ["segment", patient], "--out"],
    ["a value out of range", 2, ["phantom", "--out", folder, "--size", "7"], "whole number from 64"],
    ["a folder that is not there", 1, ["inspect", join(folder, "nowhere")], "no file or folder"],
    [
      "a folder without CT",
      1,
      ["segment", join(folder, "empty"), "--out", join(folder, "x.dcm")],
      "no DICOM CT image",
    ],
    [
      "a model that is none",
      1,
      ["segment", patient, "--model", main, "--out", join(folder, "x.dcm")],
      "no ONNX file",
    ],
    [
      "an ROI name that is there in capitals",
      1,
      [
        ...["segment", join(patient, "ct"), "--add-to", join(patient, "rtstruct.dcm")],
        ...["--roi-name", "gtv", "--out", join(folder, "x.dcm")],
      ],
      "has an ROI GTV already",
    ],
    ["a folder in place of a structure set", 1, ["check", cohort], "is a folder: name a file"],
    ["a folder in place of a model", 1, ["model", "show", cohort], "is a folder: name a file"],
    ["a folder in place of a plan", 1, ["plan", "--from", cohort], "is a folder: name a file"],
    [
      "an ROI name that is too long",
      1,
      ["segment", patient, "--roi-name", "a name of more than 16", "--out", join(folder, "x.dcm")],
      "at most 16",
    ],
  ])("%s ends with %i and one sentence, no stack trace", (_, code, args, sentence) => {
    writeFileSync(join(folder, "note.txt"), "no DICOM");
    mkdirSync(join(folder, "empty"), { recursive: true });
    const { status, stderr, stdout } = delineate(...args);
    expect(status).toBe(code);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("    at ");
    expect(stdout).toBe("");
    expect(existsSync(join(folder, "x.dcm"))).toBe(false);
  });

  test("a file in place of a folder to write into is told, before anything is computed", () => {
    const file = join(folder, "note.txt");
    for (const args of [
      ["phantom", "--size", "64", "--patients", "1", "--out", file],
      ["cohort", "segment", cohort, "--out", file],
      ["segment", patient, "--out", join(folder, "x.dcm"), "--preview", file],
    ]) {
      const { status, stderr } = delineate(...args);
      expect(status).toBe(1);
      expect(stderr).toMatch(/a file stands where a folder should be|is no folder/);
      expect(stderr).not.toContain("    at ");
    }
    expect(existsSync(join(folder, "x.dcm"))).toBe(false);
  });

  test("a model card without its picture, or over one that is there, leaves nothing", () => {
    const card = join(folder, "card.md");
    const noPicture = delineate("model", "card", "--overlays", join(folder, "no.png"), "--out", card);
    expect([noPicture.status, noPicture.stderr]).toEqual([1, expect.stringContaining("There is no picture")]);
    writeFileSync(card, "mine");
    expect(delineate("model", "card", "--out", card).stderr).toContain(`${card} exists already`);
    expect(readdirSync(folder).filter((name) => name.startsWith("card"))).toEqual(["card.md"]);
  });

  test("with --json an error is JSON on standard output", () => {
    const { status, stdout } = delineate("inspect", join(folder, "nowhere"), "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout).error.code).toBe("file-not-found");
  });
});

test("check says once what each contour of an ROI breaks, and how many do", () => {
  const broken = join(folder, "broken.dcm");
  const bytes = readFileSync(join(patient, "rtstruct.dcm"), "latin1");
  writeFileSync(broken, bytes.replaceAll("CLOSED_PLANAR", "CLOSED_PLANAS"), "latin1");
  const count = bytes.split("CLOSED_PLANAR").length - 1;
  const { status, stdout } = delineate("check", broken);
  expect(status).toBe(1);
  expect(stdout.match(/contour-type/g)).toHaveLength(1);
  expect(stdout).toContain(`and ${count - 1} more like it: --json lists all`);
  expect(stdout).toContain(`${count} errors, 0 warnings`);
  expect(JSON.parse(delineate("check", broken, "--json").stdout).violations).toHaveLength(count);
});

describe("a plan", () => {
  const plan = join(folder, "plan.json");

  test("that is printed is read again, and a change on the command line comes after it", () => {
    const printed = delineate("plan", "--protocol", "zhang2020", "--set", "augmentation.noiseHu=20");
    expect([printed.status, printed.stderr]).toEqual([0, ""]);
    writeFileSync(plan, printed.stdout);
    const again = delineate("plan", "--from", plan, "--set", "epochs=10");
    expect(JSON.parse(again.stdout)).toEqual({ ...JSON.parse(printed.stdout), epochs: 10 });
    const network = JSON.parse(delineate("plan", "--protocol", "zhang2020-u-net").stdout);
    expect(network).toMatchObject({ network: "u-net", width: 28 });
  });

  test("of the model that comes with the program is had by its name, wherever that was installed", () => {
    const ofFile = delineate("plan", "--from", join(import.meta.dirname, "../models/gtv.onnx"));
    expect(JSON.parse(ofFile.stdout)).toMatchObject({ network: "modified-resnet34", width: 16 });
    expect(delineate("plan", "--from", "shipped").stdout).toBe(ofFile.stdout);
  });

  test("is explained by every setting with default, bounds and meaning", () => {
    const { stdout } = delineate("plan", "--explain");
    expect(stdout).toMatch(/^batch +8 +images per step \(a whole number from 1 to 256\)$/m);
    expect(stdout).toMatch(/^lossParameters\.focal\.gamma +2 /m);
  });

  test.each(["train", "experiment"])("with a misspelt key is refused by %s, which begins nothing", (verb) => {
    const wrong = join(folder, "wrong.json");
    writeFileSync(wrong, '{ "epoch": 3 }');
    const out = join(folder, "nothing");
    const { status, stderr } = delineate(verb, cohort, "--plan", wrong, "--out", out);
    expect(status).toBe(1);
    expect(stderr).toContain("wrong.json: there is no setting epoch; did you mean epochs?");
    const flag = delineate(verb, cohort, "--epochs", "0", "--out", out);
    expect([flag.status, flag.stderr]).toEqual([2, expect.stringContaining("from 1 to 100000")]);
    expect(existsSync(out)).toBe(false);
  });

  test("of a U-Net does not say how wide an experiment's modified ResNet34 is", () => {
    const out = join(folder, "nothing");
    const { status, stderr } = delineate("experiment", cohort, "--set", "network=u-net", "--out", out);
    expect([status, stderr]).toEqual([2, expect.stringContaining("needs the plan of the modified ResNet34")]);
  });
});

describe("the preview of augmentation", () => {
  test("shows three steps and the asked number of versions, the target's outline on each, and the same again from the same seed", () => {
    const draw = (
      name: string,
      ...more: string[]
    ): { result: { augmentations: string[][] }; bytes: Buffer } => {
      const preview = join(folder, name);
      const args = [
        "augment",
        cohort,
        "--preview",
        preview,
        "--set",
        "size=128",
        "--count",
        "5",
        "--json",
        ...more,
      ];
      const { status, stdout, stderr } = delineate(...args);
      expect([status, stderr]).toEqual([0, ""]);
      return { result: JSON.parse(stdout), bytes: readFileSync(preview) };
    };
    const first = draw("first.png", "--set", "augmentation.elastic=0.02");
    expect(first.result.augmentations.length).toBe(5);
    for (const steps of first.result.augmentations) expect(steps.at(-1)).toMatch(/^elastic to \d+ mm$/);
    const { width, height, data } = PNG.sync.read(first.bytes);
    // Eight tiles of 384 pixels in rows of four, four pixels apart.
    expect([width, height]).toEqual([4 * 388 - 4, 2 * 388 - 4]);
    const outlined = new Set<number>();
    for (let at = 0; at < width * height; at++) {
      const [red, green, blue] = data.subarray(4 * at, 4 * at + 3);
      const [column, row] = [Math.floor((at % width) / 388), Math.floor(Math.floor(at / width) / 388)];
      if (green > 180 && red < 60 && blue < 60) outlined.add(4 * row + column);
    }
    expect(outlined.size).toBe(8);
    expect(draw("again.png", "--set", "augmentation.elastic=0.02").bytes).toEqual(first.bytes);
    expect(draw("other.png", "--set", "augmentation.elastic=0.02", "--seed", "9").bytes).not.toEqual(
      first.bytes,
    );
  });

  test("a CT without contour is shown without one, and a patient or slice that is not there is said in one sentence", () => {
    const preview = join(folder, "bare.png");
    const bare = delineate(
      "augment",
      join(patient, "ct"),
      "--set",
      "size=128",
      "--count",
      "1",
      "--preview",
      preview,
    );
    expect(bare.stdout).toContain("no target");
    expect(bare.status).toBe(0);
    const missing = delineate("augment", cohort, "--patient", "nobody", "--preview", join(folder, "no.png"));
    expect([missing.status, missing.stderr]).toEqual([1, expect.stringContaining("no patient nobody")]);
    const beyond = delineate("augment", cohort, "--slice", "999", "--preview", join(folder, "no.png"));
    expect([beyond.status, beyond.stderr]).toEqual([2, expect.stringContaining("slices 1 to")]);
    expect(existsSync(join(folder, "no.png"))).toBe(false);
  });
});

describe("the main job", () => {
  test("segment writes an RTSTRUCT, overlays and a record, says so, and names no patient", () => {
    const { status, stdout, stderr } = delineate(
      "segment",
      join(patient, "ct"),
      "--out",
      gtv,
      "--preview",
      join(folder, "overlays"),
      "--json",
    );
    expect(stderr).not.toMatch(/Phantom\^|PHANTOM-\d/);
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.proof[0]).toMatchObject({ dsc: 1, differingVoxels: 0 });
    expect(result.volumeCc).toBeGreaterThan(1);
    expect(dicomErrors(gtv)).toEqual([]);
    expect(readdirSync(join(folder, "overlays"))).toContain("sheet.png");
    const record = readFileSync(`${gtv}.run.json`, "utf8");
    expect(JSON.parse(record)).toMatchObject({
      verb: "segment",
      model: { name: "gtv" },
      helpers: result.helpers,
    });
    // A tumour of 1 cc or more is looked at by another network: closer, or once more.
    expect(result.helpers).not.toEqual([]);
    expect(record).not.toMatch(/Phantom\^|PHANTOM-\d/);
  });

  test("the same CT gives the same contour again, and an existing file is not overwritten without --force", () => {
    expect(delineate("segment", join(patient, "ct"), "--out", gtv).stderr).toContain("--force");
    const again = join(folder, "again.dcm");
    expect(delineate("segment", join(patient, "ct"), "--out", again).status).toBe(0);
    const diff = JSON.parse(delineate("diff", gtv, again, "--ct", patient, "--json").stdout);
    expect(diff.rois).toMatchObject([{ name: "GTV_AUTO", change: "same", dsc: 1, movedMm: 0 }]);
  });

  test("the contour passes the preflight and is close to the true tumour", () => {
    expect(delineate("check", gtv, "--ct", patient).status).toBe(0);
    const { stdout } = delineate(
      "evaluate",
      "--reference",
      join(patient, "rtstruct.dcm"),
      "--prediction",
      gtv,
      "--ct",
      join(patient, "ct"),
      "--json",
    );
    expect(JSON.parse(stdout).patients.rows[0].values.dsc).toBeGreaterThan(0.7);
  });

  test("added to an existing structure set both ROIs are there, and inspect lists them with volumes", () => {
    const combined = join(patient, "both.dcm");
    const { status } = delineate(
      "segment",
      join(patient, "ct"),
      "--add-to",
      join(patient, "rtstruct.dcm"),
      "--out",
      combined,
    );
    expect(status).toBe(0);
    expect(dicomErrors(combined)).toEqual([]);
    const report = JSON.parse(delineate("inspect", patient, "--json").stdout);
    const set = report.structureSets.find(({ file }: { file: string }) => file === combined);
    expect(set.rois.map(({ name }: { name: string }) => name)).toEqual(["GTV", "GTV_AUTO"]);
    for (const roi of set.rois) expect(roi.volumeCc).toBeGreaterThan(1);
    rmSync(combined);
  });

  test("through NIfTI, NRRD and SEG and back the contour is the same", () => {
    for (const name of ["a.nii.gz", "a.nrrd", "a.seg.dcm"]) {
      const [converted, back] = [join(folder, name), join(folder, `${name}.back.dcm`)];
      expect(delineate("convert", gtv, converted, "--ct", join(patient, "ct")).status).toBe(0);
      expect(
        delineate("convert", converted, back, "--ct", join(patient, "ct"), "--name", "GTV_AUTO").status,
      ).toBe(0);
      const diff = JSON.parse(delineate("diff", gtv, back, "--ct", patient, "--json").stdout);
      expect(diff.rois[0].change).toBe("same");
    }
  });
});
