/**
 * A DICOM Segmentation for a CT (PS3.3 A.51, C.8.20): binary, one segment an ROI, a frame for each slice that a segment
 * touches, on the CT's own planes and matrix. Identity byte for byte from the CT. Not here: contours (write-rtstruct.ts).
 */

import { DelineateError } from "#core/errors.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { type DataSet, type Element, textElement } from "#dicom/dataset/dataset.ts";
import { decimalString, decimalStrings } from "#dicom/dataset/decimal-string.ts";
import { identityElements, imageReference } from "#dicom/dataset/derived-object.ts";
import { emptyOf, givenTextOf, sequenceOf, textOf } from "#dicom/dataset/named-elements.ts";
import { createUid } from "#dicom/dataset/uid.ts";
import { itemsOf, shortsElement } from "#dicom/dataset/write-dataset.ts";
import { named, tags } from "#dicom/dictionary.ts";
import type { RoiToWrite, RtstructRequest } from "#dicom/rtstruct/write-rtstruct.ts";
import { maskSlice } from "#geometry/mask.ts";
import { dicomCielab } from "./cielab.ts";
import { codeSequence, segmentedProperty } from "./segmented-property.ts";

export const segmentationStorage = "1.2.840.10008.5.1.4.1.1.66.4";

/** `label` is the content label: upper case letters, digits, space and underscore, at most 16. */
export type SegRequest = Omit<RtstructRequest, "holes">;

/** A frame: segment (1-based number) on slice k. */
type SegFrame = { readonly segment: number; readonly k: number };

/**
 * The data set, to be written in explicit VR little endian. A segment with an empty mask has one empty frame, on the first
 * slice: the standard wants at least one. Throws `value-too-long`, `invalid-value`.
 */
export function buildSegmentation(request: SegRequest): DataSet {
  const { ct, rois } = request;
  const frames = rois.flatMap((roi, index) => framesOf(roi, index + 1));
  const elements = identityElements(ct);
  const organisation = textElement("UI", createUid(`${request.sopInstanceUid}/dimensions`));
  const [columns, rows] = ct.grid.size;
  const general: [string, Element][] = [
    textOf("ImageType", "DERIVED\\PRIMARY"),
    textOf("InstanceCreationDate", request.date),
    textOf("InstanceCreationTime", request.time),
    textOf("SOPClassUID", segmentationStorage),
    textOf("SOPInstanceUID", request.sopInstanceUid),
    textOf("SeriesDate", request.date),
    textOf("ContentDate", request.date),
    textOf("SeriesTime", request.time),
    textOf("ContentTime", request.time),
    textOf("Modality", "SEG"),
    textOf("Manufacturer", "Delineate"),
    textOf("SeriesDescription", "Automatic segmentation, research use only"),
    textOf("ManufacturerModelName", "Delineate"),
    [tags.ReferencedSeriesSequence, referencedSeries(ct)],
    // The equipment module demands a serial number; a program has none.
    textOf("DeviceSerialNumber", "none"),
    givenTextOf("SoftwareVersions", request.softwareVersion),
    textOf("SeriesInstanceUID", request.seriesInstanceUid),
    textOf("SeriesNumber", "1"),
    textOf("InstanceNumber", "1"),
    [tags.DimensionOrganizationSequence, itemsOf([[tags.DimensionOrganizationUID, organisation]])],
    [tags.DimensionIndexSequence, dimensions(organisation)],
    [tags.SamplesPerPixel, shortsElement([1])],
    textOf("PhotometricInterpretation", "MONOCHROME2"),
    textOf("NumberOfFrames", String(frames.length)),
    [tags.Rows, shortsElement([rows])],
    [tags.Columns, shortsElement([columns])],
    [tags.BitsAllocated, shortsElement([1])],
    [tags.BitsStored, shortsElement([1])],
    [tags.HighBit, shortsElement([0])],
    [tags.PixelRepresentation, shortsElement([0])],
    textOf("LossyImageCompression", "00"),
    textOf("SegmentationType", "BINARY"),
    sequenceOf(
      "SegmentSequence",
      rois.map((roi, index) => segmentItem(roi, index + 1)),
    ),
    textOf("SegmentsOverlap", rois.length === 1 ? "NO" : "UNDEFINED"),
    givenTextOf("ContentLabel", request.label),
    textOf("ContentDescription", "Not reviewed. For research only, not for clinical use."),
    emptyOf("ContentCreatorName"),
    [tags.SharedFunctionalGroupsSequence, sharedGroups(ct)],
    sequenceOf("PerFrameFunctionalGroupsSequence", frameItems(ct, frames)),
    [tags.PixelData, { vr: "OB", bytes: packedFrames(rois, frames) }],
  ];
  for (const [tag, element] of general) elements.set(tag, element);
  return elements;
}

function framesOf(roi: RoiToWrite, segment: number): SegFrame[] {
  const touched = Array.from({ length: roi.mask.grid.size[2] }, (_, k) => k).filter((k) =>
    maskSlice(roi.mask, k).includes(1),
  );
  return (touched.length === 0 ? [0] : touched).map((k) => ({ segment, k }));
}

/** One bit a voxel, lowest bit first, frames without a gap between them (PS3.5 8.1.1, figure D-1). */
function packedFrames(rois: readonly RoiToWrite[], frames: readonly SegFrame[]): Uint8Array {
  const [columns, rows] = rois[0].mask.grid.size;
  const bits = frames.length * columns * rows;
  const bytes = new Uint8Array(Math.ceil(bits / 16) * 2);
  for (const [index, { segment, k }] of frames.entries()) {
    const slice = maskSlice(rois[segment - 1].mask, k);
    const start = index * slice.length;
    for (let at = 0; at < slice.length; at++) {
      if (slice[at] === 1) bytes[(start + at) >> 3] |= 1 << ((start + at) & 7);
    }
  }
  return bytes;
}

function segmentItem(roi: RoiToWrite, segment: number): DataSet {
  if (roi.name === "")
    throw new DelineateError("invalid-value", `Segment ${segment} has no ${named("SegmentLabel")}. Name it.`);
  const item = new Map<string, Element>([
    ...segmentedProperty(roi.interpretedType),
    [tags.SegmentNumber, shortsElement([segment])],
    givenTextOf("SegmentLabel", roi.name),
    textOf("SegmentAlgorithmType", roi.algorithm),
    [tags.RecommendedDisplayCIELabValue, shortsElement(dicomCielab(roi.colour))],
  ]);
  if (roi.description !== undefined) item.set(...givenTextOf("SegmentDescription", roi.description));
  if (roi.algorithm !== "MANUAL") {
    item.set(...givenTextOf("SegmentAlgorithmName", roi.algorithmDescription));
  }
  return item;
}

function referencedSeries(ct: CtReference): Element {
  const instances = ct.slices.map((_, k) => imageReference(ct, k));
  // Frames of one multi-frame object are one instance.
  const unique = new Map(ct.slices.map(({ sopInstanceUid }, k) => [sopInstanceUid, instances[k]]));
  for (const item of unique.values()) item.delete(tags.ReferencedFrameNumber);
  return itemsOf([
    sequenceOf("ReferencedInstanceSequence", [...unique.values()]),
    textOf("SeriesInstanceUID", ct.seriesInstanceUid),
  ]);
}

/** Frames are indexed by segment, then by position. */
function dimensions(organisation: Element): Element {
  const pointer = (tag: string): Element => {
    const bytes = new Uint8Array(4);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, Number.parseInt(tag.slice(0, 4), 16), true);
    view.setUint16(2, Number.parseInt(tag.slice(4), 16), true);
    return { vr: "AT", bytes };
  };
  return itemsOf(
    [
      [tags.DimensionOrganizationUID, organisation],
      [tags.DimensionIndexPointer, pointer(tags.ReferencedSegmentNumber)],
      [tags.FunctionalGroupPointer, pointer(tags.SegmentIdentificationSequence)],
      textOf("DimensionDescriptionLabel", "Segment"),
    ],
    [
      [tags.DimensionOrganizationUID, organisation],
      [tags.DimensionIndexPointer, pointer(tags.ImagePositionPatient)],
      [tags.FunctionalGroupPointer, pointer(tags.PlanePositionSequence)],
      textOf("DimensionDescriptionLabel", "Position"),
    ],
  );
}

function sharedGroups({ grid }: CtReference): Element {
  const [iSpacing, jSpacing, kSpacing] = grid.spacingMm;
  const measures = itemsOf([
    textOf("SliceThickness", decimalString(kSpacing)),
    textOf("SpacingBetweenSlices", decimalString(kSpacing)),
    // Row spacing first.
    textOf("PixelSpacing", decimalStrings([jSpacing, iSpacing])),
  ]);
  const orientation = itemsOf([
    textOf("ImageOrientationPatient", decimalStrings([...grid.axes[0], ...grid.axes[1]])),
  ]);
  return itemsOf([
    [tags.PlaneOrientationSequence, orientation],
    [tags.PixelMeasuresSequence, measures],
  ]);
}

function frameItems(ct: CtReference, frames: readonly SegFrame[]): DataSet[] {
  const positions = [...new Set(frames.map(({ k }) => k))].sort((a, b) => a - b);
  return frames.map(({ segment, k }) => {
    const index = new Uint8Array(8);
    const view = new DataView(index.buffer);
    view.setUint32(0, segment, true);
    view.setUint32(4, positions.indexOf(k) + 1, true);
    const source = imageReference(ct, k);
    source.set(
      tags.PurposeOfReferenceCodeSequence,
      codeSequence({
        value: "121322",
        scheme: "DCM",
        meaning: "Source image for image processing operation",
      }),
    );
    return new Map<string, Element>([
      [
        tags.DerivationImageSequence,
        itemsOf([
          sequenceOf("SourceImageSequence", [source]),
          [
            tags.DerivationCodeSequence,
            codeSequence({ value: "113076", scheme: "DCM", meaning: "Segmentation" }),
          ],
        ]),
      ],
      [tags.FrameContentSequence, itemsOf([[tags.DimensionIndexValues, { vr: "UL", bytes: index }]])],
      [
        tags.PlanePositionSequence,
        itemsOf([textOf("ImagePositionPatient", decimalStrings([...ct.slices[k].position]))]),
      ],
      [
        tags.SegmentIdentificationSequence,
        itemsOf([[tags.ReferencedSegmentNumber, shortsElement([segment])]]),
      ],
    ]);
  });
}
