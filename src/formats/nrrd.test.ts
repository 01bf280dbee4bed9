import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { masksFromLabels } from "./label-image.ts";
import { readNrrd, writeNrrd } from "./nrrd.ts";

/** An NRRD with the given header lines and data. */
function nrrd(lines: readonly string[], data: Uint8Array): Uint8Array {
  const head = Uint8Array.from(["NRRD0004", ...lines, "", ""].join("\n"), (character) =>
    character.charCodeAt(0),
  );
  const bytes = new Uint8Array(head.length + data.length);
  bytes.set(head);
  bytes.set(data, head.length);
  return bytes;
}

const nrrdLines = [
  "# a comment: with a colon",
  "type: short",
  "dimension: 3",
  "space: right-anterior-superior",
  "sizes: 2 2 1",
  "space directions: (2,0,0) (0,3,0) (0,0,4)",
  "space origin: (10,20,30)",
  "endian: big",
  "encoding: raw",
];
const nrrdData = Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 2);

test("raw data, big endian, in RAS, with names of segments", () => {
  const lines = [
    ...nrrdLines,
    "Segment0_Name:=nodes",
    "Segment0_LabelValue:=2",
    "Segment1_Name:=GTV",
    "Segment1_LabelValue:=1",
  ];
  const { masks } = masksFromLabels(readNrrd(nrrd(lines, nrrdData))[0]);
  expect(masks.map(({ name, mask }) => [name, Array.from(mask.data)])).toEqual([
    ["GTV", [1, 0, 0, 0]],
    ["nodes", [0, 0, 0, 1]],
  ]);
  expect(masks[0].mask.grid.origin).toEqual([-10, -20, 30]);
});

test("the layers of a layered segmentation are images of their own", () => {
  const lines = [
    "type: uint8",
    "dimension: 4",
    "space: left-posterior-superior",
    "sizes: 2 3 1 2",
    "space directions: none (1,0,0) (0,1,0) (0,0,1)",
    "kinds: list domain domain domain",
    "space origin: (0,0,0)",
    "encoding: raw",
    "Segment0_Name:=a",
    "Segment0_LabelValue:=1",
    "Segment0_Layer:=0",
    "Segment1_Name:=b",
    "Segment1_LabelValue:=1",
    "Segment1_Layer:=1",
  ];
  const images = readNrrd(nrrd(lines, Uint8Array.of(1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1)));
  const masks = images.flatMap((image) => masksFromLabels(image).masks);
  expect(masks.map(({ name, mask }) => [name, Array.from(mask.data)])).toEqual([
    ["a", [1, 1, 0, 0, 1, 0]],
    ["b", [0, 1, 1, 0, 0, 1]],
  ]);
});

test("files that cannot be a mask are refused with the reason", () => {
  const without = (start: string, ...instead: string[]): Uint8Array =>
    nrrd([...nrrdLines.filter((line) => !line.startsWith(start)), ...instead], nrrdData);
  expect(() => readNrrd(without("none", "data file: mask.raw"))).toThrow("detached");
  expect(() => readNrrd(without("space: "))).toThrow("left and right are unknown");
  expect(() => readNrrd(without("space: ", "space: scanner-xyz"))).toThrow("scanner-xyz");
  expect(() => readNrrd(without("encoding", "encoding: bzip2"))).toThrow("bzip2");
  expect(() => readNrrd(without("type", "type: block"))).toThrow("block");
  expect(() => readNrrd(without("sizes", "sizes: 2 2 9"))).toThrow("truncated");
  expect(() => readNrrd(without("none", 'space units: "um" "um" "um"'))).toThrow("millimetres");
});

/** As 3D Slicer before 4.11 wrote two segments of a 2 x 2 x 1 image, and what may be different. */
function oldSegmentation(changed: { readonly data?: number[]; readonly keys?: string[] } = {}): Uint8Array {
  const lines = [
    "type: uint8",
    "dimension: 4",
    "space: left-posterior-superior",
    "sizes: 2 2 2 1",
    "space directions: none (1,0,0) (0,1,0) (0,0,1)",
    "kinds: list domain domain domain",
    "space origin: (0,0,0)",
    "encoding: raw",
    ...(changed.keys ?? [
      "Segment1_Name:=heart",
      "Segment1_Extent:=0 1 1 1 0 0",
      "Segment0_Name:=GTV",
      "Segment0_Extent:=0 0 0 1 0 0",
    ]),
  ];
  return nrrd(lines, Uint8Array.from(changed.data ?? [1, 0, 0, 0, 1, 1, 0, 1]));
}

test("without labels and layers a component is the segment of its number (3D Slicer before 4.11)", () => {
  const masks = readNrrd(oldSegmentation()).flatMap((image) => masksFromLabels(image).masks);
  expect(masks.map(({ name, named, mask }) => [name, named, Array.from(mask.data)])).toEqual([
    ["GTV", true, [1, 0, 1, 0]],
    ["heart", true, [0, 0, 1, 1]],
  ]);
  const empty = readNrrd(oldSegmentation({ data: [0, 0, 0, 0, 0, 1, 0, 1] }));
  expect(empty.flatMap((image) => masksFromLabels(image).masks).map(({ name }) => name)).toEqual([
    "GTV",
    "heart",
  ]);
});

test.each([
  ["fewer names than components", ["Segment0_Name:=GTV"], "which is which"],
  ["a gap in the numbers", ["Segment0_Name:=GTV", "Segment2_Name:=heart"], "which is which"],
  [
    "labels of some segments only",
    ["Segment0_Name:=GTV", "Segment0_LabelValue:=1", "Segment0_Layer:=0", "Segment1_Name:=heart"],
    "Segment1 has no Layer",
  ],
  [
    "labels without layers in a file of several",
    ["Segment0_Name:=GTV", "Segment0_LabelValue:=1", "Segment1_Name:=heart", "Segment1_LabelValue:=1"],
    "Segment0 has no Layer",
  ],
  [
    "one label of one layer twice",
    [0, 1].flatMap((at) => [
      `Segment${at}_Name:=s${at}`,
      `Segment${at}_LabelValue:=1`,
      `Segment${at}_Layer:=0`,
    ]),
    "Two segments",
  ],
  [
    "a layer that is not there",
    ["Segment0_Name:=GTV", "Segment0_LabelValue:=1", "Segment0_Layer:=2"],
    "the file has 2",
  ],
  [
    "an extent that is another component's",
    [
      "Segment0_Name:=heart",
      "Segment0_Extent:=0 1 1 1 0 0",
      "Segment1_Name:=GTV",
      "Segment1_Extent:=0 0 0 1 0 0",
    ],
    "outside its Extent",
  ],
])("%s: refused, so that no name lands on another structure", (_, keys, reason) => {
  expect(() => readNrrd(oldSegmentation({ keys }))).toThrow(reason);
});

test("a component of an old segmentation with other values than 0 and 1 is refused", () => {
  expect(() => readNrrd(oldSegmentation({ data: [1, 0, 0, 0, 1, 2, 0, 1] }))).toThrow("found 2");
});

test("a segment without a voxel is there and empty, and a voxel that no segment has is refused", () => {
  const lines = (label: number): string[] => [
    ...nrrdLines,
    ...["Segment0_Name:=GTV", "Segment0_LabelValue:=1", "Segment1_Name:=CTV", "Segment1_LabelValue:=2"],
    ...["Segment2_Name:=PTV", `Segment2_LabelValue:=${label}`],
  ];
  const { masks } = masksFromLabels(readNrrd(nrrd(lines(3), nrrdData))[0]);
  expect(masks.map(({ name, mask }) => [name, Array.from(mask.data)])).toEqual([
    ["GTV", [1, 0, 0, 0]],
    ["CTV", [0, 0, 0, 1]],
    ["PTV", [0, 0, 0, 0]],
  ]);
  const other = lines(3).map((line) => line.replace("LabelValue:=1", "LabelValue:=7"));
  expect(() => readNrrd(nrrd(other, nrrdData))).toThrow("voxels of the label 1, and none of its segments");
});

test("a header that says two things, or less than the file holds, is refused", () => {
  const twice = [
    ["space", "space: left-posterior-superior"],
    ["space origin", "space origin: (0,0,0)"],
  ];
  for (const [field, line] of twice)
    expect(() => readNrrd(nrrd([...nrrdLines, line], nrrdData))).toThrow(`states "${field}" twice`);
  const names = ["Segment0_Name:=GTV", "Segment0_Name:=PTV", "Segment0_LabelValue:=1"];
  expect(() => readNrrd(nrrd([...nrrdLines, ...names], nrrdData))).toThrow('"Segment0_Name" twice');
  expect(readNrrd(nrrd([...nrrdLines, "endian: big"], nrrdData))).toHaveLength(1);
  const longer = Uint8Array.of(...nrrdData, ...nrrdData);
  expect(() => readNrrd(nrrd(nrrdLines, longer))).toThrow("holds more than the 4 voxels");
  expect(readNrrd(nrrd(nrrdLines, Uint8Array.of(...nrrdData, 0, 0, 0)))).toHaveLength(1);
  const axes = nrrdLines.map((line) =>
    line.replace("sizes: 2", "sizes: 2 2").replace("directions:", "directions: (1,0,0)"),
  );
  expect(() => readNrrd(nrrd(axes, longer))).toThrow("Expected 3 spatial axes");
});

test("names of segments are UTF-8, in reading and writing", () => {
  const grid = createGrid([1, 1, 1], [1, 1, 1], patientPoint(0, 0, 0));
  const bytes = writeNrrd({ name: "GTV außen, 肺", mask: { grid, data: Uint8Array.of(1) } });
  expect(Buffer.from(bytes).toString("utf8")).toContain("GTV außen, 肺");
  expect(masksFromLabels(readNrrd(bytes)[0]).masks[0].name).toBe("GTV außen, 肺");
});
