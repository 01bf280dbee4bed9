import fc from "fast-check";
import { expect, test } from "vitest";
import { cross, patientPoint, type Vector3, voxelPoint } from "#core/coordinates.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import {
  type DataSet,
  type Element,
  sequence,
  sequenceElement,
  text,
  textElement,
} from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { shortsElement, transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import type { RoiToWrite } from "#dicom/rtstruct/write-rtstruct.ts";
import { createGrid, type Grid, patientToVoxel, voxelToPatient } from "#geometry/grid.ts";
import { countVoxels, emptyMask, type Mask } from "#geometry/mask.ts";
import { dicomCielab, rgbOfDicomCielab } from "./cielab.ts";
import { readSegmentation, type Segmentation } from "./read-seg.ts";
import { buildSegmentation, type SegRequest } from "./write-seg.ts";

const tilted: Vector3 = [Math.cos(0.2), Math.sin(0.2), 0];
const down: Vector3 = cross([0.6 * Math.sin(0.2), -0.6 * Math.cos(0.2), 0.8], tilted);
// Odd sizes: frames do not end at a byte.
const grid = createGrid([5, 7, 6], [0.7, 0.9, 2.5], patientPoint(-120.5, 40.25, -300), [tilted, down]);

function ctOn(on: Grid): CtVolume {
  return {
    grid: on,
    hu: new Int16Array(0),
    frameOfReferenceUid: "2.25.1",
    studyInstanceUid: "2.25.2",
    seriesInstanceUid: "2.25.3",
    slices: Array.from({ length: on.size[2] }, (_, k) => ({
      position: voxelToPatient(on, voxelPoint(0, 0, k)),
      sopInstanceUid: `2.25.3.${k + 1}`,
      sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
    })),
    description: { kernel: "B", manufacturer: "none" },
    identity: new Map([
      // Bytes that no writer of text would produce: they must arrive as they are.
      ["00100010", { vr: "PN", bytes: Uint8Array.of(0xc4, 0x20, 0x20, 0x20) }],
      ["00100020", { vr: "LO", bytes: new Uint8Array(0) }],
      ["0020000D", textElement("UI", "2.25.2")],
      ["00200052", textElement("UI", "2.25.1")],
    ]),
    findings: [],
  };
}

const ct = ctOn(grid);

function roi(mask: Mask, name = "GTV"): RoiToWrite {
  return {
    name,
    mask,
    interpretedType: "GTV",
    algorithm: "AUTOMATIC",
    algorithmDescription: "test 1",
    colour: [255, 0, 0],
  };
}

function request(rois: readonly RoiToWrite[]): SegRequest {
  return {
    ct,
    rois,
    label: "GTV",
    sopInstanceUid: "2.25.10",
    seriesInstanceUid: "2.25.11",
    date: "20200101",
    time: "120000",
    softwareVersion: "1",
  };
}

const write = (dataSet: DataSet): Uint8Array =>
  writeDicomFile(dataSet, transferSyntaxes.explicitLittleEndian);
const read = (bytes: Uint8Array, spacingMm?: number): Segmentation =>
  readSegmentation(readDicom(bytes, "test"), "test", spacingMm);

/** The mask's voxels by their place in the patient, as indices of the CT. */
function voxels(mask: Mask): string[] {
  const [ni, nj] = mask.grid.size;
  return Array.from(mask.data, (value, at) => ({ value, at }))
    .filter(({ value }) => value === 1)
    .map(({ at }) => {
      const point = voxelPoint(at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj)));
      const index = patientToVoxel(grid, voxelToPatient(mask.grid, point));
      for (const value of index) expect(Math.abs(value - Math.round(value))).toBeLessThan(1e-3);
      return index.map(Math.round).join(",");
    });
}

const anyMask = fc
  .array(fc.integer({ min: 0, max: 1 }), { minLength: 210, maxLength: 210 })
  .map((values): Mask => ({ grid, data: Uint8Array.from(values) }));
/** Few slices touched: gaps between the frames. */
const sparseMask = fc.array(fc.integer({ min: 0, max: 209 }), { maxLength: 3 }).map((places): Mask => {
  const mask = emptyMask(grid);
  for (const at of places) mask.data[at] = 1;
  return mask;
});

test("a segmentation comes back voxel by voxel, each segment with its name, on an oblique grid", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyMask, sparseMask), { minLength: 1, maxLength: 3 }), (masks) => {
      const rois = masks.map((mask, index) => roi(mask, `GTV-${index + 1}`));
      const { segments, findings } = read(write(buildSegmentation(request(rois))));
      expect(findings).toEqual([]);
      expect(segments.map(({ name }) => name)).toEqual(rois.map(({ name }) => name));
      for (const [index, { mask, interpretedType }] of segments.entries()) {
        expect(interpretedType).toBe("GTV");
        expect(voxels(mask)).toEqual(voxels(masks[index]));
      }
    }),
  );
});

const mask = emptyMask(grid);
mask.data.fill(1, 35 * 2 + 3, 35 * 4 + 9);
const dataSet = buildSegmentation(request([roi(mask)]));

test("only slices with content have frames, and each names the CT slice that it lies on", () => {
  expect(text(dataSet, "00280008")).toBe("3");
  const sources = sequence(dataSet, "52009230")
    .flatMap((frame) => sequence(frame, "00089124"))
    .flatMap((derivation) => sequence(derivation, "00082112"))
    .map((source) => text(source, "00081155"));
  expect(sources).toEqual(["2.25.3.3", "2.25.3.4", "2.25.3.5"]);
  expect(sequence(sequence(dataSet, "00081115")[0], "0008114A")).toHaveLength(6);
});

test("the patient's identity is copied byte for byte, the empty elements too", () => {
  const back = readDicom(write(dataSet), "test").dataSet;
  expect(Array.from(back.get("00100010")?.bytes ?? [])).toEqual([0xc4, 0x20, 0x20, 0x20]);
  expect(back.get("00100020")?.bytes).toHaveLength(0);
});

test("an empty mask has one empty frame, and comes back empty", () => {
  const [segment] = read(write(buildSegmentation(request([roi(emptyMask(grid))])))).segments;
  expect(countVoxels(segment.mask)).toBe(0);
});

test("names and labels that are too long, not ASCII or empty are errors", () => {
  expect(() => buildSegmentation(request([roi(mask, "G".repeat(65))]))).toThrow("at most 64");
  expect(() => buildSegmentation(request([roi(mask, "Tumör")]))).toThrow("ASCII");
  expect(() => buildSegmentation(request([roi(mask), roi(mask, "")]))).toThrow(
    /^Segment 2 has no .*Name it\.$/,
  );
});

test("one slice alone takes its thickness from the file, or the CT's spacing", () => {
  const single = emptyMask(grid);
  single.data[35 * 3] = 1;
  const bytes = write(buildSegmentation(request([roi(single)])));
  expect(read(bytes).segments[0].mask.grid.spacingMm[2]).toBe(2.5);
  expect(voxels(read(bytes, 2.5).segments[0].mask)).toEqual(["0,0,3"]);
});

test("frames keep the spacing that the file states, also beside a CT of thinner slices", () => {
  const bytes = write(buildSegmentation(request([roi(mask)])));
  expect(read(bytes, 0.5).segments[0].mask.grid.spacingMm[2]).toBe(2.5);
});

/** A copy of the data set with elements replaced. */
const changed = (...elements: readonly (readonly [string, Element])[]): DataSet =>
  new Map([...dataSet, ...elements]);

test("a fractional segmentation is inside from half the largest value on, with a finding", () => {
  const values = new Uint8Array(3 * 35).fill(99);
  values.set([100, 200, 0], 35);
  const fractional = changed(
    ["00620001", textElement("CS", "FRACTIONAL")],
    ["00620010", textElement("CS", "PROBABILITY")],
    ["0062000E", shortsElement([200])],
    ["00280100", shortsElement([8])],
    ["7FE00010", { vr: "OB", bytes: values }],
  );
  const { segments, findings } = read(write(fractional));
  expect(voxels(segments[0].mask)).toEqual(["0,0,3", "1,0,3"]);
  expect(findings.map(({ code }) => code)).toEqual(["fractional-thresholded"]);
  const [none, zero] = [new Map(fractional), new Map(fractional).set("0062000E", shortsElement([0]))];
  none.delete("0062000E");
  for (const unknown of [none, zero])
    expect(() => read(write(unknown))).toThrow("no Maximum Fractional Value");
});

test("frames are placed by their position, whatever their order", () => {
  const frames = sequence(dataSet, "52009230");
  const packed = dataSet.get("7FE00010")?.bytes ?? new Uint8Array(0);
  const bit = (at: number): number => (packed[at >> 3] >> (at & 7)) & 1;
  const turned = new Uint8Array(packed.length);
  for (let at = 0; at < 105; at++) {
    const to = (2 - Math.floor(at / 35)) * 35 + (at % 35);
    turned[to >> 3] |= bit(at) << (to & 7);
  }
  const reversed = changed(
    ["52009230", sequenceElement([...frames].reverse())],
    ["7FE00010", { vr: "OB", bytes: turned }],
  );
  expect(voxels(read(write(reversed)).segments[0].mask)).toEqual(voxels(mask));
});

test("damaged segmentations are refused with the reason", () => {
  const without = (tag: string): DataSet => new Map([...dataSet].filter(([key]) => key !== tag));
  expect(() => read(write(without("52009230")))).toThrow("it has 3 frames (0028,0008) and describes 0");
  expect(() => read(write(without("52009229")))).toThrow("orientation");
  expect(() => read(write(changed(["7FE00010", { vr: "OB", bytes: new Uint8Array(12) }])))).toThrow(
    "truncated",
  );
  const moved = sequence(dataSet, "52009230").map((frame, at): DataSet => {
    const position = [0, 2.5, 6.1].map((mm) => voxelToPatient(grid, voxelPoint(0, 0, mm / 2.5)));
    const plane = sequenceElement([new Map([["00200032", textElement("DS", position[at].join("\\"))]])]);
    return new Map([...frame, ["00209113", plane]]);
  });
  expect(() => read(write(changed(["52009230", sequenceElement(moved)])))).toThrow("not evenly spaced");
});

test("frames go to the segment that they name: what names none, or one of two of a number, is refused", () => {
  const other = emptyMask(grid);
  other.data[0] = 1;
  const two = buildSegmentation(request([roi(mask, "GTV-1"), roi(other, "GTV-2")]));
  const withItems = (tag: string, change: (item: Map<string, Element>, at: number) => void): Uint8Array => {
    const items = sequence(two, tag).map((item) => new Map(item));
    items.forEach(change);
    return write(new Map([...two, [tag, sequenceElement(items)]]));
  };
  const [segmentList, frameList, segmentNumber] = ["00620002", "52009230", "00620004"];
  const nameless = withItems(frameList, (frame) => frame.delete("0062000A"));
  expect(() => read(nameless)).toThrow("4 frames do not say which of its 2 segments");
  const twice = withItems(segmentList, (item) => item.set(segmentNumber, shortsElement([1])));
  expect(() => read(twice)).toThrow("segment number 1 occurs twice");
  const numberless = withItems(segmentList, (item, at) => at === 1 && item.delete(segmentNumber));
  expect(() => read(numberless)).toThrow("a segment has no number");
  // Of the one segment that a file describes, frames need not say so.
  const single = changed([
    frameList,
    sequenceElement(
      sequence(dataSet, frameList).map((frame) => new Map([...frame].filter(([tag]) => tag !== "0062000A"))),
    ),
  ]);
  expect(voxels(read(write(single)).segments[0].mask)).toEqual(voxels(mask));
});

test("a file that describes more frames than it has, or whose frames overlay each other or differ in size, is refused", () => {
  for (const frames of [
    changed(["00280008", textElement("IS", "2")]),
    new Map([...dataSet].filter(([tag]) => tag !== "00280008")),
  ])
    expect(() => read(write(frames))).toThrow(/it has [12] frames .* and describes 3/);
  const [first, second, third] = sequence(dataSet, "52009230");
  const phases = changed(["52009230", sequenceElement([first, second, second])]);
  expect(() => read(write(phases))).toThrow("two of its frames are plane 2 of segment 1");
  const measures = sequenceElement([new Map([["00280030", textElement("DS", "0.45\\0.35")]])]);
  const finer = changed([
    "52009230",
    sequenceElement([first, second, new Map([...third, ["00289110", measures]])]),
  ]);
  expect(() => read(write(finer))).toThrow("its frames differ in pixel spacing");
});

test("frames of a segment that is not described are told", () => {
  const three = buildSegmentation(request([roi(mask, "GTV-1"), roi(mask, "GTV-2")]));
  const [first] = sequence(three, "00620002");
  const { segments, findings } = read(write(new Map([...three, ["00620002", sequenceElement([first])]])));
  expect(segments.map(({ name }) => name)).toEqual(["GTV-1"]);
  expect(voxels(segments[0].mask)).toEqual(voxels(mask));
  expect(findings).toMatchObject([
    { severity: "warning", code: "stray-frames", message: expect.stringMatching(/^3 frames/) },
  ]);
});

test.each([8, 16])(
  "a label map of %i bits; voxels of a segment that it does not describe are told",
  (bits) => {
    const labels = Array.from({ length: 3 * 35 }, (_, at) => (at < 30 ? 1 : at < 33 ? 2 : 0));
    const values = bits === 16 ? labels.flatMap((label) => [label, 0]) : [...labels, 0];
    const frames = sequence(dataSet, "52009230").map(
      (frame) => new Map([...frame].filter(([tag]) => tag !== "0062000A")),
    );
    const labelMap = changed(
      ["00080016", textElement("UI", "1.2.840.10008.5.1.4.1.1.66.7")],
      ["00620001", textElement("CS", "LABELMAP")],
      ["00280100", shortsElement([bits])],
      ["52009230", sequenceElement(frames)],
      ["7FE00010", { vr: bits === 16 ? "OW" : "OB", bytes: Uint8Array.from(values) }],
    );
    const { segments, findings } = read(write(labelMap));
    expect(segments.map((segment) => countVoxels(segment.mask))).toEqual([30]);
    expect(findings).toMatchObject([
      { severity: "warning", code: "stray-voxels", message: expect.stringMatching(/^3 voxels/) },
    ]);
    const padded = new Map([...labelMap, ["00280120", shortsElement([2])] as const]);
    expect(read(write(padded)).findings).toEqual([]);
  },
);

test.each(["2\\0\\0\\0\\1\\0", "1\\0\\0\\0.1\\0.995\\0"])(
  "axes that are no unit vectors at right angles (%s) are refused",
  (cosines) => {
    const shared = sequence(dataSet, "52009229").map((groups) => {
      const orientation = new Map([["00200037", textElement("DS", cosines)]]);
      return new Map([...groups, ["00209116", sequenceElement([orientation])] as const]);
    });
    const sheared = write(changed(["52009229", sequenceElement(shared)]));
    expect(() => read(sheared)).toThrow("not two perpendicular unit vectors");
  },
);

test("colours are CIELab: black, white and red where the literature has them", () => {
  // L* a* b* of sRGB red under D50: 54.29, 80.80, 69.89 (Lindbloom's calculator); white is 100, 0, 0.
  const zero = Math.round((128 / 255) * 65_535);
  expect(dicomCielab([0, 0, 0])).toEqual([0, zero, zero]);
  const near = (colour: readonly number[], lab: readonly [number, number, number]): void => {
    const expected = [lab[0] / 100, (lab[1] + 128) / 255, (lab[2] + 128) / 255];
    for (const [at, value] of colour.entries()) expect(value / 65_535).toBeCloseTo(expected[at], 3);
  };
  near(dicomCielab([255, 255, 255]), [100, 0, 0]);
  near(dicomCielab([255, 0, 0]), [54.29, 80.8, 69.89]);
});

test("a colour is read as it was written, and what no screen shows as the nearest that one does", () => {
  for (const red of [0, 1, 20, 128, 255])
    for (const green of [0, 77, 255])
      for (const blue of [0, 10, 200, 255])
        expect(rgbOfDicomCielab(dicomCielab([red, green, blue]))).toEqual([red, green, blue]);
  expect(rgbOfDicomCielab([65_535, 65_535, 32_896])).toEqual([255, expect.any(Number), 255]);
});
