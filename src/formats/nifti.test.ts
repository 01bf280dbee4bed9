import { expect, test } from "vitest";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { patientToVoxel } from "#geometry/grid.ts";
import { countVoxels } from "#geometry/mask.ts";
import { masksFromLabels } from "./label-image.ts";
import { readNifti } from "./nifti.ts";
import { decodeVoxels, type VoxelType } from "./voxel-type.ts";

/** A NIfTI header written field by field from nifti1.h, so that the reader is not only tested with our writer. */
function niftiByHand(options: {
  readonly type: VoxelType | "rgb";
  readonly code: number;
  readonly values: Uint8Array;
  readonly size: Vector3;
  readonly little?: boolean;
  readonly sform?: readonly number[];
  readonly qform?: { pixdim: readonly number[]; quaternion: readonly number[]; offset: readonly number[] };
  readonly slope?: number;
  readonly intercept?: number;
  readonly units?: number;
  readonly name?: string;
}): Uint8Array {
  const little = options.little ?? true;
  const bytes = new Uint8Array(352 + options.values.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, little);
  for (const [at, n] of [3, ...options.size, 1, 1, 1, 1].entries()) view.setInt16(40 + 2 * at, n, little);
  view.setInt16(70, options.code, little);
  view.setFloat32(108, 352, little);
  view.setFloat32(112, options.slope ?? 0, little);
  view.setFloat32(116, options.intercept ?? 0, little);
  bytes[123] = options.units ?? 2;
  if (options.sform !== undefined) {
    view.setInt16(254, 1, little);
    for (const [at, value] of options.sform.entries()) view.setFloat32(280 + 4 * at, value, little);
  }
  if (options.qform !== undefined) {
    view.setInt16(252, 1, little);
    for (const [at, value] of options.qform.pixdim.entries()) view.setFloat32(76 + 4 * at, value, little);
    for (const [at, value] of [...options.qform.quaternion, ...options.qform.offset].entries())
      view.setFloat32(256 + 4 * at, value, little);
  }
  for (const [at, character] of [...(options.name ?? "")].entries())
    bytes[328 + at] = character.charCodeAt(0);
  bytes.set([0x6e, 0x2b, 0x31, 0], 344);
  bytes.set(options.values, 352);
  return bytes;
}

const size: Vector3 = [2, 2, 1];
/** RAS axes along the voxel axes, 2 x 3 x 4 mm, first voxel at (10, 20, 30) RAS. */
const rasForm = [2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30];

const types: readonly (readonly [
  VoxelType,
  number,
  (view: DataView, at: number, value: number, little: boolean) => void,
])[] = [
  ["uint8", 2, (view, at, value) => view.setUint8(at, value)],
  ["int8", 256, (view, at, value) => view.setInt8(at, value)],
  ["int16", 4, (view, at, value, little) => view.setInt16(2 * at, value, little)],
  ["uint16", 512, (view, at, value, little) => view.setUint16(2 * at, value, little)],
  ["int32", 8, (view, at, value, little) => view.setInt32(4 * at, value, little)],
  ["uint32", 768, (view, at, value, little) => view.setUint32(4 * at, value, little)],
  ["float32", 16, (view, at, value, little) => view.setFloat32(4 * at, value, little)],
  ["float64", 64, (view, at, value, little) => view.setFloat64(8 * at, value, little)],
  ["int64", 1024, (view, at, value, little) => view.setBigInt64(8 * at, BigInt(value), little)],
  ["uint64", 1280, (view, at, value, little) => view.setBigUint64(8 * at, BigInt(value), little)],
];

for (const [type, code, set] of types) {
  for (const little of [true, false]) {
    test(`labels stored as ${type}, ${little ? "little" : "big"} endian, are read`, () => {
      const view = new DataView(new ArrayBuffer(32));
      for (const [at, value] of [0, 1, 3, 1].entries()) set(view, at, value, little);
      const image = readNifti(
        niftiByHand({ type, code, values: new Uint8Array(view.buffer), size, little, sform: rasForm }),
      );
      expect(Array.from(image.values)).toEqual([0, 1, 3, 1]);
      const { masks } = masksFromLabels(image);
      expect(masks.map(({ name, mask }) => [name, countVoxels(mask)])).toEqual([
        ["label 1", 2],
        ["label 3", 1],
      ]);
    });
  }
}

test("signed 64-bit values below zero keep their sign", () => {
  const view = new DataView(new ArrayBuffer(16));
  view.setBigInt64(0, -5n, true);
  view.setBigInt64(8, 2n ** 40n + 7n, true);
  expect(Array.from(decodeVoxels(new Uint8Array(view.buffer), "int64", 2, true))).toEqual([-5, 2 ** 40 + 7]);
});

test("a file read from the disk comes as a Buffer, whose slices are views: the values are its own all the same", () => {
  const file = Buffer.from([9, 9, 9, 9, 1, 0, 2, 0, 3, 0]);
  expect(Array.from(decodeVoxels(file.subarray(4), "int16", 2, true))).toEqual([1, 2]);
});

test("RAS becomes LPS, x and y negated, and the grid is right-handed", () => {
  const image = readNifti(
    niftiByHand({ type: "uint8", code: 2, values: Uint8Array.of(1, 0, 0, 0), size, sform: rasForm }),
  );
  const { grid } = masksFromLabels(image).masks[0].mask;
  expect(grid.origin).toEqual([-10, -20, 30]);
  expect(grid.axes.map((axis) => axis.map((value) => value + 0))).toEqual([
    [-1, 0, 0],
    [0, -1, 0],
    [0, 0, 1],
  ]);
  expect(grid.spacingMm).toEqual([2, 3, 4]);
});

test("a left-handed file has its rows reversed, and every voxel stays where it was in the patient", () => {
  // x to the left, rows from the back to the front, slices to the head: as dcm2niix writes a CT.
  const sform = [-2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30];
  const image = readNifti(
    niftiByHand({ type: "uint8", code: 2, values: Uint8Array.of(1, 0, 0, 0), size, sform }),
  );
  const { mask } = masksFromLabels(image).masks[0];
  expect(mask.grid.axes.map((axis) => axis.map((value) => value + 0))).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
  const [i, j, k] = patientToVoxel(mask.grid, patientPoint(-10, -20, 30));
  expect([i, j, k].map(Math.round)).toEqual([0, 1, 0]);
  expect(Array.from(mask.data)).toEqual([0, 0, 1, 0]);
});

test("the qform is used where there is no sform, qfac turns the slices, and units are respected", () => {
  // Half a turn about z (d = 1) in metres.
  const qform = { pixdim: [-1, 0.002, 0.003, 0.004], quaternion: [0, 0, 1], offset: [0.01, 0.02, 0.03] };
  const image = readNifti(
    niftiByHand({ type: "uint8", code: 2, values: Uint8Array.of(1, 0, 0, 0), size, qform, units: 1 }),
  );
  const rounded = image.stepsMm.map((step) => step.map((value) => Math.round(value * 1e4) / 1e4 + 0));
  expect(rounded).toEqual([
    [2, 0, 0],
    [0, 3, 0],
    [0, 0, -4],
  ]);
  expect(image.origin[2]).toBeCloseTo(30, 4);
});

test("the sform goes before the qform, and a disagreement is a finding", () => {
  const qform = { pixdim: [1, 2, 3, 4], quaternion: [0, 0, 0], offset: [10, 20, 35] };
  const image = readNifti(
    niftiByHand({ type: "uint8", code: 2, values: Uint8Array.of(1, 0, 0, 0), size, sform: rasForm, qform }),
  );
  expect(image.origin[2]).toBe(30);
  expect(image.findings).toMatchObject([
    { code: "sform-qform-disagree", message: expect.stringContaining("5.00 mm") },
  ]);
});

test("slope and intercept are applied, a slope of zero means none", () => {
  const stored = {
    type: "uint8",
    code: 2,
    values: Uint8Array.of(0, 10, 10, 0),
    size,
    sform: rasForm,
  } as const;
  expect(Array.from(readNifti(niftiByHand({ ...stored, slope: 0.1, intercept: 0 })).values)[1]).toBeCloseTo(
    1,
    6,
  );
  expect(Array.from(readNifti(niftiByHand({ ...stored, slope: 0, intercept: 7 })).values)).toEqual([
    0, 10, 10, 0,
  ]);
});

test.each([10, 100, 254, 255])(
  "a mask stored as %d and scaled to 1 is that mask, and no probability",
  (stored) => {
    const image = { type: "uint8", code: 2, values: Uint8Array.of(0, stored, stored, 0) } as const;
    const read = readNifti(niftiByHand({ ...image, size, sform: rasForm, slope: 1 / stored }));
    const { masks, findings } = masksFromLabels(read);
    expect([masks.map(({ value, mask }) => [value, countVoxels(mask)]), findings]).toEqual([[[1, 2]], []]);
  },
);

test.each<[number[], [string, number][]]>([
  [[0, 1, 1, 0], [["GTV", 2]]],
  // The name is of the only mask, whatever number another program gave its voxels: an empty GTV would be a tumour that is not there.
  [[0, 255, 255, 255], [["GTV", 3]]],
  [[0, 0, 0, 0], [["GTV", 0]]],
  [
    [0, 1, 2, 2],
    [
      ["GTV", 1],
      ["label 2", 2],
    ],
  ],
  [
    [0, 3, 2, 2],
    [
      ["label 2", 2],
      ["label 3", 1],
    ],
  ],
])("of the values %j the file's name is that of %j", (values, expected) => {
  const image = { type: "uint8", code: 2, values: Uint8Array.from(values), size, sform: rasForm } as const;
  const { masks } = masksFromLabels(readNifti(niftiByHand({ ...image, name: "GTV" })));
  expect(masks.map(({ name, mask }) => [name, countVoxels(mask)])).toEqual(expected);
});

test("files that cannot be a mask are refused with the reason", () => {
  const base = { type: "uint8", code: 2, values: Uint8Array.of(1, 0, 0, 0), size } as const;
  expect(() => readNifti(niftiByHand(base))).toThrow("left and right are unknown");
  expect(() => readNifti(niftiByHand({ ...base, code: 128, sform: rasForm }))).toThrow("data type 128");
  expect(() =>
    readNifti(niftiByHand({ ...base, sform: [...rasForm.slice(0, 3), Number.NaN, ...rasForm.slice(4)] })),
  ).toThrow("no number");
  const sheared = [2, 1, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30];
  expect(() => masksFromLabels(readNifti(niftiByHand({ ...base, sform: sheared })))).toThrow(
    "not perpendicular",
  );
  const whole = niftiByHand({ ...base, sform: rasForm });
  expect(() => readNifti(Uint8Array.of(...whole, 0, 1))).toThrow("holds more than the 4 voxels");
  expect(readNifti(Uint8Array.of(...whole, 0, 0)).size).toEqual(size);
  const pair = niftiByHand({ ...base, sform: rasForm });
  pair[345] = 0x69;
  expect(() => readNifti(pair)).toThrow(".img");
  pair[344] = 0;
  expect(() => readNifti(pair)).toThrow("Analyze");
});

test("a value below zero is no label, in signed types of any width", () => {
  for (const [type, code, set] of types.filter(([name]) => /^int|float/.test(name))) {
    const view = new DataView(new ArrayBuffer(32));
    set(view, 1, -1, true);
    const image = readNifti(
      niftiByHand({ type, code, values: new Uint8Array(view.buffer), size, sform: rasForm }),
    );
    expect(() => masksFromLabels(image)).toThrow("found the value -1");
  }
});
