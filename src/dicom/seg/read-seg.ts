/**
 * A DICOM Segmentation (PS3.3 A.51) to one mask a segment, on a grid that its frames span. Frames are placed by their
 * plane's position, never by their order. Binary, fractional (inside from half the largest value on) and label map.
 * Not here: placing the mask on a CT's grid (formats/place-on-grid.ts).
 */

import type { Vector3 } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { characterSetFindings } from "#dicom/dataset/character-sets.ts";
import { characterSetOf, type DataSet, number, numbers, sequence, text } from "#dicom/dataset/dataset.ts";
import type { DicomFile } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { createGrid, type Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { badSegmentation } from "./bad-segmentation.ts";
import { rgbOfDicomCielab } from "./cielab.ts";
import { planesOf, stepOf } from "./frame-planes.ts";
import { interpretedTypeOf } from "./segmented-property.ts";
import { segmentationStorage } from "./write-seg.ts";

const labelMapSegmentationStorage = "1.2.840.10008.5.1.4.1.1.66.7";

type Segment = {
  readonly number: number;
  readonly name: string;
  /** As of an RTSTRUCT; empty where none is stated. */
  readonly interpretedType: string;
  readonly algorithm: string;
  /** 0 to 255; undefined where none is stated. */
  readonly colour: readonly [number, number, number] | undefined;
  /** On the grid that all frames of the file span, which may be a part of the CT. */
  readonly mask: Mask;
};

export type Segmentation = {
  readonly frameOfReferenceUid: string | undefined;
  readonly referencedSeries: readonly string[];
  readonly segments: readonly Segment[];
  readonly findings: readonly Finding[];
};

export function isSegmentation(dataSet: DataSet): boolean {
  const sopClass = text(dataSet, tags.SOPClassUID);
  return sopClass === segmentationStorage || sopClass === labelMapSegmentationStorage;
}

/** A CT of the whole body at a millimetre has fewer voxels; beyond it a damaged position would fill the memory. */
const mostVoxels = 2 ** 29;

/**
 * Throws `bad-segmentation` for frames without a place or of an unknown segment, on planes that are not parallel and evenly spaced, or fewer
 * pixels than frames; `unsupported-transfer-syntax` for compressed pixels. `spacingMm` is the CT's slice spacing, for
 * files that do not give theirs.
 */
export function readSegmentation(file: DicomFile, where: string, spacingMm?: number): Segmentation {
  const { dataSet } = file;
  const findings: Finding[] = [...file.findings, ...characterSetFindings(characterSetOf(dataSet))];
  const shape = shapeOf(dataSet, where);
  const { planes, iAxis, jAxis, pixelSpacing, statedSpacingMm, thicknessMm } = planesOf(
    dataSet,
    shape.frames,
    where,
  );
  // The CT's spacing may divide the file's own: then frames of thick slices would lie singly among thin ones.
  const stepMm = stepOf(planes, [statedSpacingMm, spacingMm, thicknessMm], where);
  const lowest = planes.reduce((best, plane) => (plane.alongMm < best.alongMm ? plane : best));
  const frames = planes.map(({ alongMm, segment }): Frame => {
    return { k: Math.round((alongMm - lowest.alongMm) / stepMm), segment };
  });
  const size: Vector3 = [shape.columns, shape.rows, Math.max(...frames.map(({ k }) => k)) + 1];
  if (size[0] * size[1] * size[2] > mostVoxels)
    throw badSegmentation(where, "its planes lie farther apart than a patient is long");
  const grid = createGrid(size, [pixelSpacing[1], pixelSpacing[0], stepMm], lowest.position, [iAxis, jAxis]);
  const inside = voxelReader(file, shape, where);
  if (shape.type === "FRACTIONAL") {
    const message = "The segmentation is fractional; a voxel is inside from half the largest value on.";
    findings.push(finding("warning", "fractional-thresholded", message, where));
  }
  const described = describedSegments(dataSet, where);
  findings.push(...frameFindings(frames, described, shape, where));
  if (shape.type === "LABELMAP") findings.push(...strayLabels(dataSet, shape, described, where));
  const segments = described.map(({ segment, item }): Segment => {
    return {
      number: segment,
      name: text(item, tags.SegmentLabel) ?? `segment ${segment}`,
      interpretedType: interpretedTypeOf(item),
      algorithm: text(item, tags.SegmentAlgorithmType) ?? "",
      colour: colourOf(item),
      mask: { grid, data: segmentData(grid, frames, segment, inside) },
    };
  });
  return {
    frameOfReferenceUid: text(dataSet, tags.FrameOfReferenceUID),
    referencedSeries: sequence(dataSet, tags.ReferencedSeriesSequence).flatMap(
      (item) => text(item, tags.SeriesInstanceUID) ?? [],
    ),
    segments,
    findings,
  };
}

function colourOf(item: DataSet): Segment["colour"] {
  const [l, a, b, ...more] = numbers(item, tags.RecommendedDisplayCIELabValue);
  return b === undefined || more.length > 0 ? undefined : rgbOfDicomCielab([l, a, b]);
}

type Shape = {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly bits: number;
  readonly type: "BINARY" | "FRACTIONAL" | "LABELMAP";
};

function shapeOf(dataSet: DataSet, where: string): Shape {
  const rows = number(dataSet, tags.Rows) ?? 0;
  const columns = number(dataSet, tags.Columns) ?? 0;
  const frames = number(dataSet, tags.NumberOfFrames) ?? 1;
  const bits = number(dataSet, tags.BitsAllocated) ?? 0;
  const type = text(dataSet, tags.SegmentationType) ?? "BINARY";
  const knownType = type === "BINARY" || type === "FRACTIONAL" || type === "LABELMAP";
  const depth = type === "BINARY" ? bits === 1 : bits === 8 || (bits === 16 && type === "LABELMAP");
  if (!knownType || !depth || rows < 1 || columns < 1 || frames < 1) {
    throw badSegmentation(
      where,
      `a segmentation of the type ${type} with ${frames} frames of ${bits} bits cannot be read`,
    );
  }
  return { rows, columns, frames, bits, type };
}

type DescribedSegment = { readonly segment: number; readonly item: DataSet };

/** Without the background of a label map, which is number 0. Throws `bad-segmentation` where a number tells no segment. */
function describedSegments(dataSet: DataSet, where: string): DescribedSegment[] {
  const segments = sequence(dataSet, tags.SegmentSequence).map((item) => {
    const segment = number(item, tags.SegmentNumber);
    if (segment === undefined)
      throw badSegmentation(where, "a segment has no number, so that its frames are unknown");
    return { segment, item };
  });
  const twice = segments.find(
    ({ segment }, at) => segments.findIndex((other) => other.segment === segment) < at,
  );
  if (twice !== undefined)
    throw badSegmentation(
      where,
      `segment number ${twice.segment} occurs twice: whose its frames are is unknown`,
    );
  return segments.filter(({ segment }) => segment > 0);
}

/**
 * Frames that no segment has. Throws `bad-segmentation` for frames of which it is not said whose they are, and for two of one
 * segment on one plane: the phases of a breath, or a wrong position.
 */
function frameFindings(
  frames: readonly Frame[],
  described: readonly DescribedSegment[],
  { type }: Shape,
  where: string,
): Finding[] {
  const nameless = frames.filter(({ segment }) => segment === undefined).length;
  if (type !== "LABELMAP" && nameless > 0 && described.length > 1)
    throw badSegmentation(
      where,
      `${nameless} frames do not say which of its ${described.length} segments they are of`,
    );
  const planesTaken = new Set<string>();
  for (const { k, segment } of frames) {
    const place = segment === undefined ? `plane ${k + 1}` : `plane ${k + 1} of segment ${segment}`;
    if (planesTaken.has(place))
      throw badSegmentation(where, `two of its frames are ${place}, counted from its first plane`);
    planesTaken.add(place);
  }
  const strays = frames.filter(
    ({ segment: frameSegment }) =>
      frameSegment !== undefined && !described.some(({ segment }) => segment === frameSegment),
  );
  if (strays.length === 0) return [];
  const message = `${strays.length} frames are of a segment that the file does not describe; left out.`;
  return [finding("warning", "stray-frames", message, where)];
}

/** Whether voxel `at` of `frame` is inside `segment`. */
type VoxelReader = (frame: number, at: number, segment: number) => boolean;

function voxelReader({ dataSet, compressedFrames }: DicomFile, shape: Shape, where: string): VoxelReader {
  if (compressedFrames !== undefined) {
    throw new DelineateError(
      "unsupported-transfer-syntax",
      `${where} is a segmentation with compressed pixels: export it uncompressed.`,
    );
  }
  const bytes = dataSet.get(tags.PixelData)?.bytes ?? new Uint8Array(0);
  const area = shape.rows * shape.columns;
  const expected = Math.ceil((shape.frames * area * shape.bits) / 8);
  if (bytes.length < expected) {
    throw badSegmentation(
      where,
      `expected ${expected} bytes of pixels, found ${bytes.length}: it is truncated`,
    );
  }
  if (shape.type === "BINARY") {
    return (frame, at) => {
      const bit = frame * area + at;
      return ((bytes[Math.floor(bit / 8)] >> (bit % 8)) & 1) === 1;
    };
  }
  if (shape.type === "FRACTIONAL") {
    const largest = number(dataSet, tags.MaximumFractionalValue) ?? 0;
    // Without it a half is unknown: of 0 to 100 taken for 0 to 255 nothing would be left.
    if (largest <= 0)
      throw badSegmentation(
        where,
        "it is fractional and has no Maximum Fractional Value (0062,000E) above 0",
      );
    return (frame, at) => bytes[frame * area + at] >= largest / 2;
  }
  const labelAt = labelReader(bytes, shape);
  return (frame, at, segment) => labelAt(frame * area + at) === segment;
}

function labelReader(bytes: Uint8Array, { bits }: Shape): (index: number) => number {
  return bits === 16 ? (index) => bytes[2 * index] | (bytes[2 * index + 1] << 8) : (index) => bytes[index];
}

/** Voxels of a label map whose value is no segment's; the background is 0, or what the file says that its padding is. */
function strayLabels(
  dataSet: DataSet,
  shape: Shape,
  described: readonly DescribedSegment[],
  where: string,
): Finding[] {
  const background = number(dataSet, tags.PixelPaddingValue) ?? 0;
  const expected = new Set([0, background, ...described.map(({ segment }) => segment)]);
  const labelAt = labelReader(dataSet.get(tags.PixelData)?.bytes ?? new Uint8Array(0), shape);
  let strays = 0;
  for (let at = 0; at < shape.frames * shape.rows * shape.columns; at++)
    if (!expected.has(labelAt(at))) strays++;
  if (strays === 0) return [];
  const message = `${strays} voxels are of a segment that the file does not describe; left out.`;
  return [finding("warning", "stray-voxels", message, where)];
}

/** A frame's slice; in a label map no segment, each voxel says which. */
type Frame = { readonly k: number; readonly segment: number | undefined };

function segmentData(grid: Grid, frames: readonly Frame[], segment: number, inside: VoxelReader): Uint8Array {
  const area = grid.size[0] * grid.size[1];
  const data = new Uint8Array(area * grid.size[2]);
  for (const [frame, { k, segment: frameSegment }] of frames.entries()) {
    if (frameSegment !== undefined && frameSegment !== segment) continue;
    const start = k * area;
    for (let at = 0; at < area; at++) if (inside(frame, at, segment)) data[start + at] = 1;
  }
  return data;
}
