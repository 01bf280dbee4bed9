/** Structure sets as others write them: contour types, holes, contours between slices, numbers and names that vary. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import type { Finding } from "#core/findings.ts";
import { type DataSet, type Element, sequenceElement, textElement } from "#dicom/dataset/dataset.ts";
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
  expect(roi).toMatchObject({ name: "gtv 1", interpretedType: "GTV", colour: [0, 128, 255] });
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

  test("an ROI between the centres of voxels is an error and not an empty one; beside others its contours are told", () => {
    const small = contour("CLOSED_PLANAR", square(3.2, 3.6, 10));
    const line = contour("CLOSED_PLANAR", [3, 3, 10, 6, 6, 10, 9, 9, 10]);
    const sentences = (...contours: DataSet[]): string[] =>
      rasteriseRoi(roiOf(...contours), grid).findings.map(
        ({ severity, message }) => `${severity} ${message}`,
      );
    for (const contours of [[small], [line], [small, line]])
      expect(sentences(...contours)).toEqual([expect.stringMatching(/^error .* the mask would be empty/)]);
    expect(sentences(small, contour("CLOSED_PLANAR", square(2, 8, 15)))).toEqual([
      expect.stringMatching(/^warning 1 of its 2 contours/),
    ]);
    expect(sentences(contour("CLOSED_PLANAR", square(2, 8, 15)))).toEqual([]);
  });

  test("points and open lines enclose nothing", () => {
    const roi = roiOf(
      contour("POINT", [5, 5, 5]),
      contour("OPEN_PLANAR", [1, 1, 5, 9, 9, 5]),
      contour("OPEN_NONPLANAR", [1, 1, 5, 9, 9, 10]),
    );
    expect(countVoxels(rasteriseRoi(roi, grid).mask)).toBe(0);
    expect(rasteriseRoi(roi, grid).findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(
      Array(3).fill("info not-a-surface"),
    );
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

  test.each<[string, [number, number], string[], number]>([
    ["beside the images", [40, 44], ["error contour-outside-ct"], 0],
    ["before the images", [-9, -0.5], ["error contour-outside-ct"], 0],
    ["over their edge", [15.5, 30.5], ["warning contour-outside-ct"], 16],
    ["over their first edge", [-3, 3.5], ["warning contour-outside-ct"], 16],
    ["round all that they show", [-0.5, 19.5], [], 400],
    ["less than a voxel beyond", [-0.9, 20], [], 400],
  ])("a contour %s, from and to %j of 20 pixels, is told", (_, [from, to], expected, voxels) => {
    const { mask, findings } = rasteriseRoi(roiOf(contour("CLOSED_PLANAR", square(from, to, 10))), grid);
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
    expect(countVoxels(mask)).toBe(voxels);
  });

  test("a contour that crosses slices is refused", () => {
    const points = square(2.5, 6.5, 10);
    points[2] = 15;
    expect(codes(roiOf(contour("CLOSED_PLANAR", points)))).toEqual(["contour-off-slice"]);
  });
});

describe("contours that cannot be taken as they are", () => {
  const four = square(1.5, 3.5, 5);
  const raw = (type: string, data: string, count?: string): DataSet =>
    new Map([
      ["30060042", textElement("CS", type)],
      ...(count === undefined ? [] : [["30060046", textElement("IS", count)] as const]),
      ["30060050", textElement("DS", data)],
    ]);
  const closed = four.join("\\");

  test.each<[string, DataSet]>([
    ["a decimal comma", raw("CLOSED_PLANAR", closed.replace("1.5", "1,5"), "4")],
    ["a number in the language's own spelling", raw("CLOSED_PLANAR", closed.replace("1.5", "0x1"), "4")],
    ["infinity", raw("CLOSED_PLANAR", closed.replace("1.5", "Infinity"), "4")],
    ["an empty number", raw("CLOSED_PLANAR", closed.replace("1.5", ""), "4")],
    ["a number too few", raw("CLOSED_PLANAR", `${closed}\\1`, "4")],
    ["no numbers", raw("CLOSED_PLANAR", "", "4")],
    ["two points", raw("CLOSED_PLANAR", "1\\1\\5\\2\\2\\5", "2")],
    ["one point", raw("CLOSED_PLANAR", "1\\1\\5", "1")],
    ["more points stated than there are", raw("CLOSED_PLANAR", closed, "9")],
    ["fewer points stated than there are", raw("CLOSED_PLANAR", closed, "3")],
    ["no type", raw("", closed, "4")],
    ["a type of its own", raw("INTERPOLATED_PLANAR", closed, "4")],
  ])("%s is an error, whatever else the ROI has", (_, damaged) => {
    const whole = contour("CLOSED_PLANAR", square(1.5, 3.5, 10));
    const { mask, findings } = rasteriseRoi(roiOf(whole, damaged), grid);
    expect(findings.map(({ severity, code }) => [severity, code])).toEqual([["error", "unreadable-contour"]]);
    expect(countVoxels(mask)).toBe(4);
  });

  test.each<[string, DataSet, string]>([
    ["a type in small letters", raw(" closed_planar", closed, "4"), "contour-type"],
    ["no number of points", raw("CLOSED_PLANAR", closed), "point-count"],
    [
      "a number of points without the first one's repetition",
      raw("CLOSED_PLANAR", [...four, ...four.slice(0, 3)].join("\\"), "4"),
      "point-count",
    ],
  ])("%s is a warning, and the contour is taken", (_, odd, code) => {
    const { mask, findings } = rasteriseRoi(roiOf(odd), grid);
    expect(findings.map((item) => [item.severity, item.code])).toEqual([["warning", code]]);
    expect(countVoxels(mask)).toBe(4);
  });
});

describe("contours that are there twice", () => {
  const shapes = [square(1.5, 13.5, 5), square(4.5, 10.5, 5), square(15.5, 17.5, 5), square(1.5, 13.5, 10)];
  const shapesOnce = rasteriseRoi(
    roiOf(...shapes.map((points) => contour("CLOSED_PLANAR", points))),
    grid,
  ).mask;

  /** The same closed curve: begun elsewhere, run the other way, each edge halved, rounded. */
  const copy = fc.record({
    shape: fc.nat(shapes.length - 1),
    start: fc.nat(3),
    reversed: fc.boolean(),
    halved: fc.boolean(),
    roundedMm: fc.constantFrom(0, 0.001, 0.04),
    xor: fc.boolean(),
  });
  type Copy = typeof copy extends fc.Arbitrary<infer T> ? T : never;
  const copied = ({ shape, start, reversed, halved, roundedMm, xor }: Copy): DataSet => {
    const points = Array.from({ length: 4 }, (_, at) =>
      shapes[shape].slice(3 * ((at + start) % 4), 3 * ((at + start) % 4) + 3),
    );
    if (reversed) points.reverse();
    const all = points.flatMap((point, at) => {
      const next = points[(at + 1) % 4];
      return halved ? [point, point.map((value, axis) => (value + next[axis]) / 2)] : [point];
    });
    const moved = all.map(([x, y, z]) => [x + roundedMm, y - roundedMm, z]);
    return contour(xor ? "CLOSEDPLANAR_XOR" : "CLOSED_PLANAR", moved.flat());
  };

  test("any number of copies of any contours, in any order, leaves the mask of each once, and each copy is told", () => {
    fc.assert(
      fc.property(fc.array(copy, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (copies, chance) => {
        const all = [...shapes.map((points) => contour("CLOSED_PLANAR", points)), ...copies.map(copied)];
        const shuffled = all
          .map((item) => ({ item, key: chance.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ item }) => item);
        const { mask, findings } = rasteriseRoi(roiOf(...shuffled), grid);
        expect(mask.data).toEqual(shapesOnce.data);
        const reported = findings.map(({ code, message }) => [code, message.match(/once more/g)?.length]);
        const onSlice = [[0, 1, 2], [3]].map(
          (shapesOnSlice) => copies.filter(({ shape }) => shapesOnSlice.includes(shape)).length,
        );
        expect(reported.sort()).toEqual(
          onSlice.flatMap((count) => (count === 0 ? [] : [["contour-twice", count]])).sort(),
        );
      }),
    );
  });

  test("a contour whose points run round twice is one", () => {
    const twice = [...shapes[0], ...shapes[0]];
    for (const points of [twice, [...shapes[0], ...shapes[0].slice(0, 3), ...twice]]) {
      const { mask, findings } = rasteriseRoi(roiOf(contour("CLOSED_PLANAR", points)), grid);
      expect(countVoxels(mask)).toBe(144);
      expect(findings.map(({ code }) => code)).toEqual(["contour-twice"]);
    }
  });

  test("two that nearly coincide, or share most of what they enclose, are an error and no guess", () => {
    for (const second of [square(1.8, 13.2, 5), square(3.5, 15.5, 5)]) {
      const { findings } = rasteriseRoi(
        roiOf(contour("CLOSED_PLANAR", shapes[0]), contour("CLOSED_PLANAR", second)),
        grid,
      );
      expect(findings.map(({ severity, code }) => [severity, code])).toEqual([["error", "doubled-contour"]]);
    }
  });

  test("a thin wall stays a wall, and curves through the same points in another order stay two", () => {
    const wall = roiOf(contour("CLOSED_PLANAR", shapes[0]), contour("CLOSED_PLANAR", square(2.5, 12.5, 5)));
    expect(countVoxels(rasteriseRoi(wall, grid).mask)).toBe(144 - 100);
    expect(codes(wall)).toEqual([]);
    const [a, b, c, d] = [0, 3, 6, 9].map((at) => shapes[0].slice(at, at + 3));
    const bowTie = contour("CLOSED_PLANAR", [...a, ...c, ...b, ...d]);
    expect(codes(roiOf(contour("CLOSED_PLANAR", shapes[0]), bowTie))).not.toContain("contour-twice");
  });
});

describe("whose contours they are", () => {
  const item = (...elements: readonly (readonly [string, Element])[]): DataSet => new Map(elements);
  const number = (tag: string, value: string) => [tag, textElement("IS", value)] as const;
  const square1 = ["30060040", sequenceElement([contour("CLOSED_PLANAR", square(1.5, 3.5, 5))])] as const;
  const square2 = ["30060040", sequenceElement([contour("CLOSED_PLANAR", square(1.5, 3.5, 10))])] as const;
  const name = ["30060026", textElement("LO", "GTV")] as const;
  const read = (structures: DataSet[], contours: DataSet[], more: [string, Element][] = []) =>
    readStructureSet(
      new Map([["30060020", sequenceElement(structures)], ["30060039", sequenceElement(contours)], ...more]),
    );
  const codesOf = ({ findings }: { findings: readonly Finding[] }) =>
    findings.map(({ severity, code }) => `${severity} ${code}`);

  test("those of several items of one ROI are all its own, in either order", () => {
    for (const contours of [
      [square1, square2],
      [square2, square1],
    ]) {
      const items = contours.map((contourSequence) => item(number("30060084", "3"), contourSequence));
      const [roi] = read([item(number("30060022", "3"), name)], items).rois;
      expect(countVoxels(rasteriseRoi(roi, grid).mask)).toBe(8);
      expect(codesOf(roi)).toEqual(["warning several-contour-items"]);
    }
  });

  test("where it cannot be told, it is an error", () => {
    const contours = [item(number("30060084", "3"), square1)];
    const twice = read([item(number("30060022", "3"), name), item(number("30060022", "3"), name)], contours);
    expect(twice.rois.map(codesOf)).toEqual([["error roi-number"], ["error roi-number"]]);
    expect(codesOf(read([item(name)], []).rois[0])).toContain("error roi-number");
    expect(codesOf(read([item(number("30060022", "4"), name)], contours).rois[0])).toEqual([
      "error roi-number",
    ]);
    expect(codesOf(read([item(number("30060022", "3"), name)], [item(square1)]))).toEqual([
      "error stray-contours",
    ]);
  });

  test("an ROI lies in its own frame of reference, else in those of the set, else in that of the object", () => {
    const frame = (uid: string) => ["00200052", textElement("UI", uid)] as const;
    const tree: [string, Element] = ["30060010", sequenceElement([item(frame("1.1")), item(frame("1.2"))])];
    const frames = (roiFrame: string | undefined, more: [string, Element][]): readonly string[] => {
      const stated = roiFrame === undefined ? [] : [["30060024", textElement("UI", roiFrame)] as const];
      return read([item(number("30060022", "3"), name, ...stated)], [], more).rois[0].framesOfReference;
    };
    expect(frames("1.9", [tree, [...frame("1.3")]])).toEqual(["1.9"]);
    for (const roiFrame of [undefined, ""]) {
      expect(frames(roiFrame, [tree, [...frame("1.3")]])).toEqual(["1.1", "1.2"]);
      expect(frames(roiFrame, [[...frame("1.3")]])).toEqual(["1.3"]);
      expect(frames(roiFrame, [])).toEqual([]);
    }
  });
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
