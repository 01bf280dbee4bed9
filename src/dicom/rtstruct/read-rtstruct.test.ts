/** Structure sets as others write them: contour types, holes, contours between slices, numbers and names that vary. */
import { describe, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { type DataSet, sequenceElement, textElement } from "#dicom/dataset/dataset.ts";
import { createGrid } from "#geometry/grid.ts";
import { countVoxels } from "#geometry/mask.ts";
import { rasteriseRoi } from "./rasterise-roi.ts";
import { type Roi, readStructureSet } from "./read-rtstruct.ts";
import { selectRoi, selectRois } from "./select-rois.ts";

const grid = createGrid([20, 20, 5], [1, 1, 5], patientPoint(0, 0, 0));

const square = (x0: number, x1: number, z: number): number[] => [x0, x0, z, x1, x0, z, x1, x1, z, x0, x1, z];

function contour(type: string, points: readonly number[], count = points.length / 3): DataSet {
  return new Map([
    ["30060042", textElement("CS", type)],
    ["30060046", textElement("IS", String(count))],
    ["30060050", textElement("DS", points.join("\\"))],
  ]);
}

function roiOf(...contours: DataSet[]): Roi {
  const set = readStructureSet(
    new Map([
      [
        "30060020",
        sequenceElement([
          new Map([
            ["30060022", textElement("IS", "17")],
            ["30060026", textElement("LO", " gtv 1 ")],
          ]),
        ]),
      ],
      [
        "30060039",
        sequenceElement([
          new Map([
            ["30060084", textElement("IS", "17")],
            ["3006002A", textElement("IS", "0\\128\\255")],
            ["30060040", sequenceElement(contours)],
          ]),
        ]),
      ],
      [
        "30060080",
        sequenceElement([
          new Map([
            ["30060084", textElement("IS", "17")],
            ["300600A4", textElement("CS", "GTV")],
          ]),
        ]),
      ],
    ]),
  );
  return set.rois[0];
}

const codes = (roi: Roi): string[] => rasteriseRoi(roi, grid).findings.map(({ code }) => code);

test("an ROI has its name without padding, its type, colour and contours, whatever its number", () => {
  const roi = roiOf(contour("CLOSED_PLANAR", square(2.5, 6.5, 5)));
  expect(roi).toMatchObject({ number: 17, name: "gtv 1", interpretedType: "GTV", colour: [0, 128, 255] });
  expect(roi.contours.length).toBe(1);
});

describe("contours to voxels", () => {
  test("a square covers the voxels whose centres it holds, on its own slice alone", () => {
    const { mask, findings } = rasteriseRoi(roiOf(contour("CLOSED_PLANAR", square(2.5, 6.5, 10))), grid);
    expect(countVoxels(mask)).toBe(16);
    expect(mask.data[3 + 20 * (3 + 20 * 2)]).toBe(1);
    expect(findings).toEqual([]);
  });

  test("nested contours are holes, and an island in the hole is inside again", () => {
    const { mask, findings } = rasteriseRoi(
      roiOf(
        contour("CLOSED_PLANAR", square(1.5, 13.5, 5)),
        contour("CLOSED_PLANAR", square(4.5, 10.5, 5)),
        contour("CLOSED_PLANAR", square(6.5, 8.5, 5)),
      ),
      grid,
    );
    expect(countVoxels(mask)).toBe(144 - 36 + 4);
    expect(findings).toEqual([]);
  });

  test("a keyhole is a hole", () => {
    const [outer, inner] = [square(1.5, 9.5, 5), square(3.5, 6.5, 5)];
    const keyhole = [...outer, ...outer.slice(0, 3), ...inner, ...inner.slice(0, 3)];
    expect(countVoxels(rasteriseRoi(roiOf(contour("CLOSED_PLANAR", keyhole)), grid).mask)).toBe(64 - 9);
  });

  test("disjoint contours of a slice add up", () => {
    const roi = roiOf(
      contour("CLOSED_PLANAR", square(1.5, 3.5, 5)),
      contour("CLOSED_PLANAR", square(10.5, 12.5, 5)),
    );
    expect(countVoxels(rasteriseRoi(roi, grid).mask)).toBe(8);
  });

  test("contours that overlap in part are a finding, not a guess", () => {
    expect(
      codes(
        roiOf(contour("CLOSED_PLANAR", square(1.5, 6.5, 5)), contour("CLOSED_PLANAR", square(4.5, 9.5, 5))),
      ),
    ).toEqual(["overlapping-contours"]);
  });

  test("points and open lines enclose nothing", () => {
    const roi = roiOf(
      contour("POINT", [5, 5, 5]),
      contour("OPEN_PLANAR", [1, 1, 5, 9, 9, 5]),
      contour("CLOSED_PLANAR", [1, 1, 5, 2, 2, 5]),
    );
    expect(countVoxels(rasteriseRoi(roi, grid).mask)).toBe(0);
    expect(codes(roi)).toEqual(["not-a-surface", "not-a-surface", "too-few-points"]);
  });

  test.each<[number, string[]]>([
    [10.005, []],
    [10.2, ["contour-near-slice"]],
    [10.3, ["contour-off-slice"]],
    [12.5, ["contour-off-slice"]],
    [60, ["contour-outside-ct"]],
  ])("a contour at %f mm on slices 5 mm apart gives the findings %j", (z, expected) => {
    expect(codes(roiOf(contour("CLOSED_PLANAR", square(2.5, 6.5, z))))).toEqual(expected);
  });

  test("a contour that crosses slices is refused", () => {
    const points = square(2.5, 6.5, 10);
    points[2] = 15;
    expect(codes(roiOf(contour("CLOSED_PLANAR", points)))).toEqual(["contour-off-slice"]);
  });
});

test("a number of points that lies is a finding, and the points are taken", () => {
  const set = readStructureSet(
    new Map([
      [
        "30060020",
        sequenceElement([
          new Map([
            ["30060022", textElement("IS", "0")],
            ["30060026", textElement("LO", "A")],
          ]),
        ]),
      ],
      [
        "30060039",
        sequenceElement([
          new Map([
            ["30060084", textElement("IS", "0")],
            ["30060040", sequenceElement([contour("CLOSED_PLANAR", square(1, 3, 5), 9)])],
          ]),
        ]),
      ],
    ]),
  );
  expect(set.findings.map(({ code }) => code)).toEqual(["point-count"]);
  expect(set.rois[0].contours[0].points.length).toBe(12);
});

describe("choosing ROIs", () => {
  const rois = ["GTV-1", "GTV-2", "gtv", "Lung"].map((name) => ({ name }));
  test("an exact name wins over the pattern that it is too", () => {
    expect(selectRois(rois, "GTV-1", "x").map(({ name }) => name)).toEqual(["GTV-1"]);
  });
  test("a regular expression matches whole names, whatever the case", () => {
    expect(selectRois(rois, "GTV.*", "x").map(({ name }) => name)).toEqual(["GTV-1", "GTV-2", "gtv"]);
    expect(() => selectRois(rois, "TV", "set.dcm")).toThrow(
      "set.dcm has no ROI that matches TV; it has: GTV-1, GTV-2, gtv, Lung",
    );
  });
  test("several where one is wanted, and patterns that are none, are refused", () => {
    expect(() => selectRoi(rois, "GTV-.", "x")).toThrow("GTV-1, GTV-2");
    expect(() => selectRois(rois, "(", "x")).toThrow("no regular expression");
  });
});
