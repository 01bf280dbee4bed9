/**
 * A DICOM Segmentation for a CT (PS3.3 A.51, C.8.20): binary, one segment an ROI, a frame for each slice that a segment
 * touches, on the CT's own planes and matrix. Identity byte for byte from the CT. Not here: contours (write-rtstruct.ts).
 */

import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { type DataSet, type Element, sequenceElement, textElement } from "#dicom/dataset/dataset.ts";
import { decimalString, decimalStrings } from "#dicom/dataset/decimal-string.ts";
import { identityElements, imageReference } from "#dicom/dataset/derived-object.ts";
import { checkedText } from "#dicom/dataset/text-limits.ts";
import { createUid } from "#dicom/dataset/uid.ts";
import { emptyElement, itemsOf, shortsElement } from "#dicom/dataset/write-dataset.ts";
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
  const text = textElement;
  const frames = rois.flatMap((roi, index) => framesOf(roi, index + 1));
  const elements = identityElements(ct);
  const organisation = text("UI", createUid(`${request.sopInstanceUid}/dimensions`));
  const [columns, rows] = ct.grid.size;
  const general: [string, Element][] = [
    ["00080008", text("CS", "DERIVED\\PRIMARY")],
    ["00080012", text("DA", request.date)],
    ["00080013", text("TM", request.time)],
    ["00080016", text("UI", segmentationStorage)],
    ["00080018", text("UI", request.sopInstanceUid)],
    ["00080021", text("DA", request.date)],
    ["00080023", text("DA", request.date)],
    ["00080031", text("TM", request.time)],
    ["00080033", text("TM", request.time)],
    ["00080060", text("CS", "SEG")],
    ["00080070", text("LO", "Delineate")],
    ["0008103E", text("LO", "Automatic segmentation, research use only")],
    ["00081090", text("LO", "Delineate")],
    ["00081115", referencedSeries(ct)],
    // The equipment module demands a serial number; a program has none.
    ["00181000", text("LO", "none")],
    ["00181020", checkedText("LO", request.softwareVersion, "SoftwareVersions (0018,1020)")],
    ["0020000E", text("UI", request.seriesInstanceUid)],
    ["00200011", text("IS", "1")],
    ["00200013", text("IS", "1")],
    ["00209221", itemsOf([["00209164", organisation]])],
    ["00209222", dimensions(organisation)],
    ["00280002", shortsElement([1])],
    ["00280004", text("CS", "MONOCHROME2")],
    ["00280008", text("IS", String(frames.length))],
    ["00280010", shortsElement([rows])],
    ["00280011", shortsElement([columns])],
    ["00280100", shortsElement([1])],
    ["00280101", shortsElement([1])],
    ["00280102", shortsElement([0])],
    ["00280103", shortsElement([0])],
    ["00282110", text("CS", "00")],
    ["00620001", text("CS", "BINARY")],
    ["00620002", sequenceElement(rois.map((roi, index) => segmentItem(roi, index + 1)))],
    ["00620013", text("CS", rois.length === 1 ? "NO" : "UNDEFINED")],
    ["00700080", checkedText("CS", request.label, "ContentLabel (0070,0080)")],
    ["00700081", text("LO", "Not reviewed. For research only, not for clinical use.")],
    ["00700084", emptyElement("PN")],
    ["52009229", sharedGroups(ct)],
    ["52009230", sequenceElement(frameItems(ct, frames))],
    ["7FE00010", { vr: "OB", bytes: packedFrames(rois, frames) }],
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
  const [category, type] = segmentedProperty(roi.interpretedType);
  const item = new Map<string, Element>([
    ["00620003", codeSequence(category)],
    ["00620004", shortsElement([segment])],
    ["00620005", checkedText("LO", roi.name, "SegmentLabel (0062,0005)")],
    ["00620008", textElement("CS", roi.algorithm)],
    ["0062000D", shortsElement(dicomCielab(roi.colour))],
    ["0062000F", codeSequence(type)],
  ]);
  if (roi.description !== undefined)
    item.set("00620006", checkedText("ST", roi.description, "SegmentDescription (0062,0006)"));
  if (roi.algorithm !== "MANUAL") {
    item.set("00620009", checkedText("LO", roi.algorithmDescription, "SegmentAlgorithmName (0062,0009)"));
  }
  return item;
}

function referencedSeries(ct: CtReference): Element {
  const instances = ct.slices.map((_, k) => imageReference(ct, k));
  // Frames of one multi-frame object are one instance.
  const unique = new Map(ct.slices.map(({ sopInstanceUid }, k) => [sopInstanceUid, instances[k]]));
  for (const item of unique.values()) item.delete("00081160");
  return itemsOf([
    ["0008114A", sequenceElement([...unique.values()])],
    ["0020000E", textElement("UI", ct.seriesInstanceUid)],
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
      ["00209164", organisation],
      ["00209165", pointer("0062000B")],
      ["00209167", pointer("0062000A")],
      ["00209421", textElement("LO", "Segment")],
    ],
    [
      ["00209164", organisation],
      ["00209165", pointer("00200032")],
      ["00209167", pointer("00209113")],
      ["00209421", textElement("LO", "Position")],
    ],
  );
}

function sharedGroups({ grid }: CtReference): Element {
  const [iSpacing, jSpacing, kSpacing] = grid.spacingMm;
  const measures = itemsOf([
    ["00180050", textElement("DS", decimalString(kSpacing))],
    ["00180088", textElement("DS", decimalString(kSpacing))],
    // Row spacing first.
    ["00280030", textElement("DS", decimalStrings([jSpacing, iSpacing]))],
  ]);
  const orientation = itemsOf([
    ["00200037", textElement("DS", decimalStrings([...grid.axes[0], ...grid.axes[1]]))],
  ]);
  return itemsOf([
    ["00209116", orientation],
    ["00289110", measures],
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
      "0040A170",
      codeSequence({
        value: "121322",
        scheme: "DCM",
        meaning: "Source image for image processing operation",
      }),
    );
    return new Map<string, Element>([
      [
        "00089124",
        itemsOf([
          ["00082112", sequenceElement([source])],
          ["00089215", codeSequence({ value: "113076", scheme: "DCM", meaning: "Segmentation" })],
        ]),
      ],
      ["00209111", itemsOf([["00209157", { vr: "UL", bytes: index }]])],
      ["00209113", itemsOf([["00200032", textElement("DS", decimalStrings([...ct.slices[k].position]))]])],
      ["0062000A", itemsOf([["0062000B", shortsElement([segment])]])],
    ]);
  });
}
