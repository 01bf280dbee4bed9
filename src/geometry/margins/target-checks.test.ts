import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskWhere } from "#geometry/mask.ts";
import {
  faultInWords,
  nestingFaults,
  shapeFaults,
  slicesInWords,
  type Target,
  type TargetLevel,
  targetLevel,
} from "./target-checks.ts";

const grid = createGrid([20, 20, 12], [1, 1, 3], patientPoint(0, 0, 0));

/** A block of columns, all rows 5 to 14, and slices. */
function block([i0, i1]: [number, number], [k0, k1]: [number, number]): Mask {
  return maskWhere(grid, (at) => {
    const [i, j, k] = [at % 20, Math.floor(at / 20) % 20, Math.floor(at / 400)];
    return i >= i0 && i < i1 && j >= 5 && j < 15 && k >= k0 && k < k1;
  });
}
const target = (level: TargetLevel, name: string, mask: Mask, sources: string[] = []): Target => ({
  id: name,
  name,
  level,
  mask,
  sources,
});

test("targets that lie in each other have no fault; one voxel outside is one, with its slice", () => {
  const gtv = block([8, 12], [4, 6]);
  const ptv = target("PTV", "PTV", block([6, 14], [2, 8]));
  const ctv = target("CTV", "CTV", block([7, 13], [3, 7]));
  expect(nestingFaults([target("GTV", "GTVp", gtv), ctv, ptv])).toEqual([]);
  gtv.data[10 + 20 * (4 + 20 * 5)] = 1;
  const faults = nestingFaults([target("GTV", "GTVp", gtv), ctv, ptv]);
  const outside = { severity: "error", structure: "GTVp", voxels: 1, slices: [5] };
  expect(faults).toEqual([
    { code: "gtv-outside-ctv", outsideOf: "CTV", ...outside },
    { code: "gtv-outside-ptv", outsideOf: "PTV", ...outside },
  ]);
  expect(faultInWords(faults[0])).toBe("GTVp has 1 voxel outside CTV, in slice 6.");
});

test("two GTVs may lie in two CTVs together, or each in the one that was made from it and in no other", () => {
  const [left, right] = [block([2, 6], [4, 6]), block([12, 16], [4, 6])];
  const gtvs = [target("GTV", "GTVp", left), target("GTV", "GTVn", right)];
  const ctvs = (...sources: string[][]) => [
    target("CTV", "CTVp", block([1, 7], [3, 7]), sources[0]),
    target("CTV", "CTVn", block([11, 17], [3, 7]), sources[1]),
  ];
  expect(nestingFaults([...gtvs, ...ctvs()])).toEqual([]);
  expect(nestingFaults([...gtvs, ...ctvs(["GTVp"], ["GTVn"])])).toEqual([]);
  const crossed = nestingFaults([...gtvs, ...ctvs(["GTVn"], ["GTVp"])]);
  expect(crossed.map(({ structure, outsideOf, voxels }) => [structure, outsideOf, voxels])).toEqual([
    ["GTVp", "CTVn", 80],
    ["GTVn", "CTVp", 80],
  ]);
  const oneCtv = nestingFaults([...gtvs, ctvs()[0]]);
  expect(oneCtv.map(({ structure, outsideOf }) => [structure, outsideOf])).toEqual([["GTVn", "CTVp"]]);
});

test("what is empty holds nothing and needs nothing", () => {
  const gtv = target("GTV", "GTVp", block([8, 12], [4, 6]));
  expect(nestingFaults([gtv, target("CTV", "CTV", emptyMask(grid))])).toEqual([]);
  expect(nestingFaults([target("GTV", "GTVp", emptyMask(grid)), { ...gtv, level: "CTV" }])).toEqual([]);
  expect(shapeFaults("GTVp", emptyMask(grid), gtv.mask)).toEqual([]);
});

test("slices left out between two, and voxels outside the body, are warnings", () => {
  const body = block([4, 16], [0, 12]);
  const mask = block([8, 12], [1, 9]);
  expect(shapeFaults("GTVp", mask, body)).toEqual([]);
  mask.data.fill(0, 3 * 400, 5 * 400);
  mask.data.fill(0, 6 * 400, 7 * 400);
  mask.data[2 + 20 * (7 + 20 * 8)] = 1;
  const faults = shapeFaults("GTVp", mask, body);
  expect(faults.map(({ code, severity, slices }) => [code, severity, slices])).toEqual([
    ["empty-slice", "warning", [3, 4, 6]],
    ["outside-body", "warning", [8]],
  ]);
  expect(faults.map(faultInWords)).toEqual([
    "GTVp is empty in slices 4 to 5, 7, between slices with contours.",
    "GTVp has 1 voxel outside the body, in slice 9.",
  ]);
  expect(shapeFaults("GTVp", mask, undefined).map(({ code }) => code)).toEqual(["empty-slice"]);
});

test("levels are read from a type, else a label, else a name, in any case", () => {
  expect(targetLevel("", "gtv primary", "x")).toBe("GTV");
  expect(targetLevel("PTV", "", "GTV-1")).toBe("PTV");
  expect(targetLevel("", " ctvn")).toBe("CTV");
  expect(targetLevel("ORGAN", "", "Heart")).toBeUndefined();
  expect(slicesInWords([0, 1, 2, 7])).toBe("1 to 3, 8");
});
