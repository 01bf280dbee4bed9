/**
 * Masks as NRRD files, 3D Slicer's segmentations (.seg.nrrd) included: names of segments, several segments in one
 * label map, several layers. Attached data, raw or gzip. The written files are left-posterior-superior, uint8, gzip.
 * Source: "Definition of NRRD File Format" (Teem); 3D Slicer's documentation of its segmentation file keys.
 */
import { joinBytes } from "#core/bytes.ts";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { toUtf8 } from "#core/utf8.ts";
import { gunzip, gzip } from "./gzip.ts";
import type { LabelImage, NamedMask } from "./label-image.ts";
import { type Lattice, voxelsOn } from "./lattice.ts";
import { type NrrdHeader, readNrrdHeader } from "./nrrd-header.ts";
import { namesOfLayers } from "./nrrd-segments.ts";
import { decodeVoxels, holdsMore, type VoxelType, type VoxelValues, voxelTypes } from "./voxel-type.ts";

const typeNames: Readonly<Record<VoxelType, readonly string[]>> = {
  int8: ["signed char", "int8", "int8_t"],
  uint8: ["unsigned char", "uchar", "uint8", "uint8_t"],
  int16: ["short", "short int", "signed short", "signed short int", "int16", "int16_t"],
  uint16: ["unsigned short", "unsigned short int", "ushort", "uint16", "uint16_t"],
  int32: ["int", "signed int", "int32", "int32_t"],
  uint32: ["unsigned int", "uint", "uint32", "uint32_t"],
  int64: [
    "long long",
    "long long int",
    "signed long long",
    "signed long long int",
    "longlong",
    "int64",
    "int64_t",
  ],
  uint64: ["unsigned long long", "unsigned long long int", "ulonglong", "uint64", "uint64_t"],
  float32: ["float"],
  float64: ["double"],
};

/** Signs that turn the file's world axes to LPS. */
const spaces: Readonly<Record<string, Vector3 | undefined>> = {
  "left-posterior-superior": [1, 1, 1],
  lps: [1, 1, 1],
  "right-anterior-superior": [-1, -1, 1],
  ras: [-1, -1, 1],
  "left-anterior-superior": [1, -1, 1],
  las: [1, -1, 1],
};

/**
 * The label images of an NRRD file's bytes: one, or one for each layer of a layered segmentation. Throws `bad-nrrd` for
 * what cannot be a mask: truncated or damaged files, detached data, and files that do not say where left is.
 */
export function readNrrd(bytes: Uint8Array): LabelImage[] {
  const header = readNrrdHeader(bytes);
  const { fields } = header;
  if (fields.has("data file") || fields.has("datafile")) {
    throw bad(
      "The data lie in a file of their own (a detached header): save it as one .nrrd file with the data attached.",
    );
  }
  const sizes = required(header, "sizes").split(/\s+/).map(Number);
  if (!sizes.every((n) => Number.isInteger(n) && n >= 1))
    throw bad("The sizes are no whole numbers from 1 on.");
  const directions = vectorsOf(header);
  const layers = sizes.length === 4 && directions[0] === undefined ? sizes[0] : 1;
  const [a, b, c] = directions.slice(-3);
  const isLayered = directions.length === 4 && directions[0] === undefined;
  if (sizes.length !== directions.length || !(directions.length === 3 || isLayered) || !a || !b || !c) {
    throw bad(
      `Expected 3 spatial axes, found sizes ${sizes.join(" ")}: save one volume, with space directions.`,
    );
  }
  const size: Vector3 = [sizes[sizes.length - 3], sizes[sizes.length - 2], sizes[sizes.length - 1]];
  const origin = vectors(required(header, "space origin"))[0];
  if (origin === undefined) throw bad("The space origin is no point.");
  const sign = signsOf(header);
  const turned = (v: Vector3): Vector3 => [v[0] * sign[0], v[1] * sign[1], v[2] * sign[2]];
  const values = valuesOf(header, bytes, layers * size[0] * size[1] * size[2]);
  const layerValues = Array.from({ length: layers }, (_, layer) =>
    layers === 1 ? values : values.filter((_, at) => at % layers === layer),
  );
  const names = namesOfLayers(header, layerValues, size);
  return layerValues.map((voxels, layer) => ({
    size,
    stepsMm: [turned(a), turned(b), turned(c)],
    origin: patientPoint(...turned(origin)),
    values: voxels,
    names: names[layer],
    fault: "bad-nrrd",
    findings: [],
  }));
}

/**
 * An NRRD file of one mask, uint8, on its own grid or on the lattice of the image that its CT was made of, with the name where 3D Slicer
 * looks for it.
 */
export function writeNrrd({ name, mask }: NamedMask, lattice?: Lattice): Uint8Array {
  const { size, stepsMm, origin, data } = voxelsOn(mask, lattice);
  const vector = (v: readonly number[]): string => `(${v.join(",")})`;
  const header = [
    "NRRD0005",
    "type: uint8",
    "dimension: 3",
    "space: left-posterior-superior",
    `sizes: ${size.join(" ")}`,
    `space directions: ${stepsMm.map(vector).join(" ")}`,
    "kinds: domain domain domain",
    'space units: "mm" "mm" "mm"',
    "encoding: gzip",
    `space origin: ${vector(origin)}`,
    "Segment0_ID:=Segment_1",
    `Segment0_Name:=${name.replace(/[\r\n]+/g, " ")}`,
    "Segment0_LabelValue:=1",
    "Segment0_Layer:=0",
    "",
    "",
  ].join("\n");
  const head = Uint8Array.from(toUtf8(header), (character) => character.charCodeAt(0));
  const packed = gzip(data);
  return joinBytes([head, packed]);
}

function valuesOf(header: NrrdHeader, bytes: Uint8Array, count: number): VoxelValues {
  const { fields, dataOffset } = header;
  const typeName = required(header, "type").toLowerCase().replace(/\s+/g, " ");
  const type = (Object.keys(typeNames) as VoxelType[]).find((key) => typeNames[key].includes(typeName));
  if (type === undefined) throw bad(`Expected numbers of 8 to 64 bits, found the type "${typeName}".`);
  for (const name of ["line skip", "lineskip", "byte skip", "byteskip"]) {
    if (Number(fields.get(name) ?? 0) !== 0)
      throw bad(`The field "${name}" is not supported: save the file without it.`);
  }
  const encoding = required(header, "encoding").toLowerCase();
  if (!["raw", "gzip", "gz"].includes(encoding)) {
    throw bad(`Expected the encoding raw or gzip, found "${encoding}": save the file with one of them.`);
  }
  const attached = bytes.subarray(dataOffset);
  const data = encoding === "raw" ? attached : gunzip(attached, "bad-nrrd");
  const available = Math.floor(data.length / voxelTypes[type]);
  if (available < count)
    throw bad(`Expected ${count} voxels, found ${available}: the file is truncated or damaged.`);
  if (holdsMore(data, type, count))
    throw bad(`The file holds more than the ${count} voxels of its sizes: the header is damaged.`);
  return decodeVoxels(data, type, count, fields.get("endian")?.toLowerCase() !== "big");
}

function signsOf(header: NrrdHeader): Vector3 {
  const space = header.fields.get("space")?.toLowerCase();
  const sign = space === undefined ? undefined : spaces[space];
  if (sign === undefined) {
    const spaceName = space === undefined ? "none" : `"${space}"`;
    throw bad(
      `Expected a space such as left-posterior-superior, found ${spaceName}, so that left and right are unknown.`,
    );
  }
  const units = header.fields.get("space units");
  if (units !== undefined && /[^\s"]/.test(units.replaceAll(/"mm"|"millimeters?"/gi, ""))) {
    throw bad(`Expected millimetres, found the space units ${units}.`);
  }
  return sign;
}

/** Of each axis: its direction, or undefined for an axis that is none of space ("none"). */
function vectorsOf(header: NrrdHeader): (Vector3 | undefined)[] {
  return vectors(required(header, "space directions"));
}

function vectors(text: string): (Vector3 | undefined)[] {
  return (text.match(/\([^)]*\)|none/gi) ?? []).map((item) => {
    if (item.toLowerCase() === "none") return undefined;
    const [x, y, z, ...more] = item.slice(1, -1).split(",").map(Number);
    if (more.length > 0 || ![x, y, z].every(Number.isFinite))
      throw bad(`Expected a vector of 3 numbers, found ${item}.`);
    return [x, y, z];
  });
}

function required({ fields }: NrrdHeader, name: string): string {
  const value = fields.get(name);
  if (value === undefined) throw bad(`The header has no field "${name}": a mask needs it.`);
  return value;
}

function bad(message: string): DelineateError {
  return new DelineateError("bad-nrrd", message);
}
