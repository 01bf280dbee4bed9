import { expect, test } from "vitest";
import { masksFromLabels } from "./label-image.ts";
import { readNrrd } from "./nrrd.ts";

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
    "sizes: 2 2 1 2",
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
  const images = readNrrd(nrrd(lines, Uint8Array.of(1, 0, 1, 1, 0, 1, 0, 0)));
  const masks = images.flatMap((image) => masksFromLabels(image).masks);
  expect(masks.map(({ name, mask }) => [name, Array.from(mask.data)])).toEqual([
    ["a", [1, 1, 0, 0]],
    ["b", [0, 1, 1, 0]],
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
