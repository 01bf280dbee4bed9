/** `compare` and `observers` as a person meets them: on small NIfTI masks, tables, CSV, JSON and exit codes. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { table } from "#cli/output.ts";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import { writeNifti } from "#formats/nifti.ts";
import { createGrid, voxelToPatient } from "#geometry/grid.ts";
import { emptyMask } from "#geometry/mask.ts";

const folder = mkdtempSync(join(tmpdir(), "comparison verbs ü-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const main = join(import.meta.dirname, "../src/cli/main.ts");

function delineate(...args: string[]) {
  const env = { ...process.env, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8", env });
  return { status, stdout, stderr };
}

const grid = createGrid([30, 10, 4], [10, 10, 10], patientPoint(0, 0, 0));

/** A bar of `length` voxels of 1 cc in slice 2. */
function putBar(parts: readonly string[], length: number): void {
  const mask = emptyMask(grid);
  const start = 30 * (5 + 10 * 2);
  mask.data.fill(1, start, start + length);
  mkdirSync(join(folder, ...parts, ".."), { recursive: true });
  writeFileSync(join(folder, ...parts), writeNifti({ name: "GTV", mask }));
}

const references = [20, 18, 24, 22];

beforeAll(() => {
  references.forEach((length, at) => {
    const patient = `p${at + 1}`;
    putBar(["truth", `${patient}.nii.gz`], length);
    putBar(["a", `${patient}.nii.gz`], length - 2 - at);
    // B misses the last tumour.
    putBar(["b", `${patient}.nii.gz`], at === 3 ? 0 : length - 5 - 2 * at);
    putBar(["readings", patient, "first reader.nii.gz"], length);
    putBar(["readings", patient, "second reader.nii.gz"], length - 3);
  });
});

const at = (...parts: readonly string[]): string => join(folder, ...parts);

test("compare prints Table 2 with P values, the volumes, and which cases have no difference", () => {
  const { status, stdout } = delineate("compare", at("a"), at("b"), "--reference", at("truth"));
  expect(status).toBe(0);
  const dsc = stdout.split("\n").find((line) => line.startsWith("DSC")) ?? "";
  // A's DSC: 36/38, 30/33, 40/44, 34/39; B's: 30/35, 22/29, 30/39, 0.
  expect(dsc).toContain("0.909 ± 0.031");
  expect(dsc).toContain("0.596 ± 0.400");
  expect(stdout).toContain("volume - reference, cc");
  expect(stdout).toContain("of fewer than 8 persons");
  // One of B's predictions is not there any more.
  rmSync(at("b", "p2.nii.gz"));
  const gap = delineate("compare", at("a"), at("b"), "--reference", at("truth"), "--metrics", "dsc,jsc");
  expect(gap.stdout).toContain("in no paired test: 1 only in A, of DSC, JSC.");
  expect(gap.stderr).toContain("no prediction: p2");
  putBar(["b", "p2.nii.gz"], 11);
});

test("compare writes every figure as CSV, once, and prints JSON with --json", () => {
  const csv = at("table2.csv");
  const args = [
    "compare",
    at("a"),
    at("b"),
    "--reference",
    at("truth"),
    "--csv",
    csv,
    "--metrics",
    "dsc,tpr",
  ];
  const { status, stdout } = delineate(...args, "--seed", "7", "--json");
  expect(status).toBe(0);
  const result = JSON.parse(stdout);
  expect(result.patients[0].seed).toBe(7);
  expect(result.patients.map(({ column }: { column: { name: string } }) => column.name)).toEqual([
    "dsc",
    "tpr",
  ]);
  // All of one sign: the exact P of four pairs is 2 / 2^4.
  expect(result.patients[0].wilcoxon).toMatchObject({ method: "exact", p: 0.125, holmP: 0.25 });
  const lines = readFileSync(csv, "utf8").trim().split("\r\n");
  expect(lines.map((line) => line.split(",").slice(2, 4).join())).toEqual([
    "unit,metric",
    "patient,dsc",
    "patient,tpr",
    "slice,dsc",
    "slice,tpr",
  ]);
  expect(new Set(lines.map((line) => line.split(",").length)).size).toBe(1);
  const seeds = lines[0].split(",").indexOf("bootstrap_seed");
  expect(lines.slice(1).map((line) => line.split(",")[seeds])).toEqual(["7", "7", "7", "7"]);
  expect(delineate(...args).stderr).toContain("--force");
});

test("evaluate says of which voxels the FPR is, also where there is no CT", () => {
  const { stdout } = delineate("evaluate", "--reference", at("truth"), "--prediction", at("a"));
  expect(stdout).toContain(
    "FPR: of every voxel of the CT (of the reference's grid where there is no CT), those outside the reference.",
  );
});

test("evaluate and compare print small volumes, and numbers below 0, as everything else does", () => {
  const fine = createGrid([8, 8, 8], [0.5, 0.5, 0.5], patientPoint(0, 0, 0));
  mkdirSync(at("fine"));
  for (const [name, voxels] of [
    ["truth", 240],
    ["drawn", 1],
  ] as const) {
    const mask = emptyMask(fine);
    mask.data.fill(1, 0, voxels);
    writeFileSync(at("fine", `${name}.nii.gz`), writeNifti({ name: "GTV", mask }));
  }
  const paths = ["--reference", at("fine", "truth.nii.gz")];
  const { stdout } = delineate("evaluate", ...paths, "--prediction", at("fine", "drawn.nii.gz"));
  // 240 and 1 voxels of 0.125 mm3, by the rule that inspect and segment print volumes by.
  expect(stdout).toMatch(/ 0\.030 +< 0\.001 /);
  expect(stdout).toMatch(/^relative volume error +−0\.996 +−0\.996$/m);
  const compared = delineate("compare", at("a"), at("b"), "--reference", at("truth"), "--metrics", "dsc");
  expect(compared.stdout).toMatch(/^A +4 +−3\.5 \[/m);
  const single = delineate("compare", ...[1, 2].map(() => at("fine", "drawn.nii.gz")), ...paths);
  expect(single.stdout).toMatch(/^A +fewer than 2 +none/m);
});

test("means over different cases are told as that in compare and observers, and no others", () => {
  for (const model of ["c", "d"]) {
    putBar([model, "p1.nii.gz"], 15);
    putBar([model, "p2.nii.gz"], 0);
  }
  const outside = "hdMm,outsideCtvAdenoMm,outsideCtvAdenoCc";
  const both = delineate("compare", at("c"), at("d"), "--reference", at("truth"), "--metrics", outside);
  // How far it lies outside is undefined where a tumour is missed, how much of it is not: the unit tells them apart.
  expect(both.stdout).toMatch(
    /in no paired test: 1 undefined in both, of HD \(mm\), outside CTV, adeno \(mm\)\.$/m,
  );
  // Of four patients two have a contour by the model.
  const { stdout } = delineate("observers", at("readings"), "--model", at("c"));
  expect(stdout).toContain(
    "in no paired test: 2 only in B, of DSC, JSC, surface DSC 1 mm, surface DSC 2 mm, surface DSC 3 mm. Their means of A and B are over different cases.",
  );
});

test("evaluate says that slices are not axial: they, and the added path length, are another's", () => {
  const sagittal = createGrid([6, 5, 4], [1, 2, 3], patientPoint(0, 0, 0), [
    [0, 1, 0],
    [0, 0, 1],
  ]);
  const axial = createGrid([4, 6, 5], [3, 1, 2], patientPoint(0, 0, 0));
  mkdirSync(at("turned"));
  const rows = [sagittal, axial].map((turned, which) => {
    const [truth, drawn] = ["truth", "drawn"].map((name) => at("turned", `${name}${which}.nii`));
    for (const [path, most] of [
      [truth, 4],
      [drawn, 3],
    ] as const) {
      const mask = emptyMask(turned);
      const [ni, nj] = turned.size;
      mask.data.forEach((_, index) => {
        const voxel = voxelPoint(index % ni, Math.floor(index / ni) % nj, Math.floor(index / (ni * nj)));
        const [x, y, z] = voxelToPatient(turned, voxel);
        if (x >= 3 && x <= 6 && y >= 1 && y <= most && z >= 2 && z <= 6) mask.data[index] = 1;
      });
      writeFileSync(path, writeNifti({ name: "GTV", mask }));
    }
    const said = delineate("evaluate", "--reference", truth, "--prediction", drawn, "--json");
    return { ...JSON.parse(said.stdout).patients.rows[0].values, said: said.stderr };
  });
  expect(rows[0].hdMm).toBeCloseTo(rows[1].hdMm, 5);
  expect(rows[0].aplMm).not.toBe(rows[1].aplMm);
  expect(rows.map(({ said }) => /slices of this image are sagittal/.test(said))).toEqual([true, false]);
});

test("the slices of more than a thousand patients are a table too", () => {
  const rows = Array.from({ length: 150_000 }, (_, slice) => [`p${slice}`, "0.5"]);
  expect(table(["patient", "DSC"], rows).split("\n").slice(0, 3)).toEqual([
    "patient  DSC",
    "-------  ---",
    "p0       0.5",
  ]);
});

test("compare of an unknown metric is wrong usage, and of folders without a common patient a failure", () => {
  const wrong = delineate("compare", at("a"), at("b"), "--reference", at("truth"), "--metrics", "dice");
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("no metric dice")]);
  putBar(["strangers", "q.nii.gz"], 3);
  const none = delineate("compare", at("a"), at("strangers"), "--reference", at("truth"));
  expect([none.status, none.stderr]).toEqual([1, expect.stringContaining("no patient's name in common")]);
});

test("observers prints agreement, volumes and skill, and sets a model among them", () => {
  const csv = at("pairs.csv");
  const { status, stdout } = delineate("observers", at("readings"), "--model", at("a"), "--csv", csv);
  expect(status).toBe(0);
  // Two readers: 2 (l - 3) / (2 l - 3) of 20, 18, 24, 22.
  const expected = references.map((length) => (2 * (length - 3)) / (2 * length - 3));
  const mean = expected.reduce((sum, value) => sum + value, 0) / 4;
  const line = stdout.split("\n").find((candidate) => candidate.startsWith("two observers")) ?? "";
  expect(line).toContain(`${mean.toFixed(3)} ± `);
  expect(stdout).toContain("first reader");
  expect(stdout).toContain("the model with STAPLE");
  const pairs = readFileSync(csv, "utf8").trim().split("\r\n");
  // A patient: 1 pair of readers, 2 + 2 with the consensus, 2 + 2 of the model.
  expect(pairs.length).toBe(1 + 4 * 9);
  expect(pairs[1]).toMatch(/^p1,two observers,first reader,second reader,0\.9189/);
});

test("observers of one reading ends with what is missing", () => {
  putBar(["lonely", "p1", "only.nii.gz"], 3);
  const { status, stderr } = delineate("observers", at("lonely"));
  expect(status).toBe(1);
  expect(stderr).toContain("nothing to compare it with");
});

test.each([
  ["evaluate", "--reference", at("nowhere"), "--prediction", at("nowhere"), "--csv"],
  ["compare", at("nowhere"), at("nowhere"), "--reference", at("nowhere"), "--csv"],
  ["observers", at("nowhere"), "--csv"],
  ["cohort", "describe", at("nowhere"), "--csv"],
  ["cohort", "split", at("nowhere"), "--out"],
])("%s %s refuses a file that exists before it reads anything", (...words) => {
  const { status, stderr } = delineate(...words, main);
  expect([status, stderr]).toEqual([1, expect.stringContaining("(file-exists)")]);
});
