/**
 * Distances as plastimatch measures them on the same masks. It takes the distances of voxel centres, ours run between the
 * corners on the surface: those between surfaces agree within a voxel, and the margins needed with the one between volumes within half.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Vector3 } from "#core/coordinates.ts";
import { percentileMm } from "#evaluate/distances/hausdorff.ts";
import { surfaceDistances } from "#evaluate/distances/surface-distances.ts";
import { evaluatePair } from "#evaluate/evaluate-pair.ts";
import type { MetricName } from "#evaluate/metrics.ts";
import { writeNrrd } from "#formats/nrrd.ts";
import type { Mask } from "#geometry/mask.ts";
import { ellipsoid } from "./ellipsoid.ts";
import { judge } from "./judge.ts";

const folder = mkdtempSync(join(tmpdir(), "distances-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function plastimatch(reference: Mask, prediction: Mask): (label: string) => number {
  const paths = [reference, prediction].map((mask, index) => {
    const path = join(folder, `${index}.nrrd`);
    writeFileSync(path, writeNrrd({ name: "GTV", mask }));
    return path;
  });
  const { output } = judge("plastimatch", ["dice", "--all", ...paths]);
  return (label) => {
    const line = output.split("\n").find((text) => text.startsWith(label));
    return Number(/[=:]\s*([\d.]+)/.exec(line ?? "")?.[1] ?? Number.NaN);
  };
}

const value = (reference: Mask, prediction: Mask, name: MetricName): number =>
  evaluatePair("p", reference, prediction).volume.values[name] ?? Number.NaN;

test.each<[string, Vector3, Vector3, Vector3]>([
  ["isotropic, shifted", [1, 1, 1], [47, 42, 43], [24, 20, 22]],
  ["5 mm slices, larger", [0.9765625, 0.9765625, 5], [44, 40, 45], [30, 27, 28]],
  ["all spacings different, smaller and far off", [0.8, 1.2, 3], [50, 52, 57], [10, 12, 9]],
])("%s", (_, spacing, centre, radii) => {
  const reference = ellipsoid(spacing, [44, 40, 45], [24, 20, 22]);
  const prediction = ellipsoid(spacing, centre, radii);
  const theirs = plastimatch(reference, prediction);
  const ours = (name: MetricName): number => value(reference, prediction, name);
  expect(ours("dsc")).toBeCloseTo(theirs("DICE"), 5);
  // Between the volumes: the margin that each needs to hold the other. It begins at the surface, which passes between the outermost
  // centres and those outside: never behind the former, and half the diagonal of a voxel outside them at most.
  const volumes = Math.max(ours("marginNeededMm"), value(prediction, reference, "marginNeededMm"));
  const centres = theirs("Hausdorff distance =");
  const voxelMm = Math.hypot(...spacing);
  expect(volumes).toBeLessThan(centres);
  expect(volumes).toBeGreaterThan(centres - voxelMm / 2);
  // Between the surfaces. Its mean and its 95th percentile are the averages of the two directions.
  const { referenceToPrediction, predictionToReference } = surfaceDistances(reference, prediction);
  const percentiles = [referenceToPrediction, predictionToReference].map((side) => percentileMm(side, 95));
  const means = [ours("referenceToPredictionMm"), ours("dtaMm")];
  const close = (mm: number, label: string, boundMm: number): void => {
    expect(Math.abs(mm - theirs(label)), `${label}: ${mm}, ${theirs(label)}`).toBeLessThan(boundMm);
  };
  close(ours("hdMm"), "Hausdorff distance (boundary)", 0.01 * ours("hdMm"));
  close((percentiles[0] + percentiles[1]) / 2, "Percent (0.95) Hausdorff distance (boundary)", voxelMm);
  close((means[0] + means[1]) / 2, "Avg average Hausdorff distance (boundary)", voxelMm / 2);
  expect(ours("hd95Mm")).toBe(Math.max(...percentiles));
});
