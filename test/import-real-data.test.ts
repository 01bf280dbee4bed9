/** The import on real files, where they are: nothing crashes, and each refusal says why. Left out where they are not. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import { importCohort } from "#patients/cohort/import/import.ts";

const data = join(import.meta.dirname, "../../shared/data");
const folder = mkdtempSync(join(tmpdir(), "import-real-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (source: string) =>
  importCohort(
    { source: join(data, source), out: join(folder, source), roi: "GTV.*" },
    silentProgress,
    new AbortController().signal,
  );

test.skipIf(!existsSync(data))(
  "a patient without structure set is refused, both of its CT series by name",
  async () => {
    const { patients, refused, files } = await run("lung-dx-a0001");
    expect(patients).toEqual([]);
    expect(files).toBeGreaterThanOrEqual(128);
    expect(refused.map(({ code, where }) => [code, where.slice(-7)])).toEqual([
      ["no-structure-set", "t-sharp"],
      ["no-structure-set", "ct-soft"],
    ]);
  },
);

test.skipIf(!existsSync(data))(
  "a planning system's set whose CT has one slice left is refused for that",
  async () => {
    const { refused } = await run("rtstruct");
    expect(refused).toMatchObject([{ code: "too-few-slices" }]);
  },
);

test.skipIf(!existsSync(data))(
  "97 odd files crash nothing; damaged ones are counted, sets without CT are named",
  async () => {
    const { patients, refused, damaged, files, otherFiles } = await run("dicom-variety");
    expect(patients).toEqual([]);
    expect(files - otherFiles).toBeGreaterThan(80);
    expect(Object.keys(damaged)).toEqual(["corrupt-dicom"]);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(["no-ct", "no-structure-set"]));
  },
);

test.skipIf(!existsSync(data))("what is wrong with contours is told once, as reading found it", async () => {
  const { patients } = await run("lung1-001");
  const codes = patients[0].findings.map(({ code }) => code);
  for (const code of ["contour-twice", "contour-between-voxels"]) {
    expect(codes).toContain(code);
    expect(codes).not.toContain(`preflight-${code}`);
  }
});
