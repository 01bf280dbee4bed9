/**
 * A new RT Structure Set for a CT (DICOM PS3.3 A.19): identity byte for byte from the CT, the whole tree of references
 * naming every slice, the three ROI sequences in step, automatic and unapproved unless told otherwise.
 */

import { researchUse } from "#contract/research-use.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import type { DataSet, Element } from "#dicom/dataset/dataset.ts";
import { decimalStrings } from "#dicom/dataset/decimal-string.ts";
import { identityElements, imageReference } from "#dicom/dataset/derived-object.ts";
import { emptyOf, givenTextOf, sequenceOf, textOf } from "#dicom/dataset/named-elements.ts";
import { personNameElement } from "#dicom/dataset/person-name.ts";
import { named, tags } from "#dicom/dictionary.ts";
import type { Mask } from "#geometry/mask.ts";
import { contoursOfMask, type HoleTechnique } from "./contours-of-mask.ts";
import { rtStructureSetStorage } from "./read-rtstruct.ts";

export const generationAlgorithms = ["AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"] as const;

export type RoiToWrite = {
  /** ASCII, at most 16 characters. */
  readonly name: string;
  readonly mask: Mask;
  /** RT ROI Interpreted Type, mostly a defined term of PS3.3 C.8.8.8.1; empty where it is not known. */
  readonly interpretedType: string;
  readonly algorithm: (typeof generationAlgorithms)[number];
  /** What made it: the model's name, version and digest. At most 64 characters. */
  readonly algorithmDescription: string;
  /** What whoever opens it should know: ROIDescription, and part of the description of a new structure set. */
  readonly description?: string | undefined;
  readonly colour: readonly [number, number, number];
};

export type RtstructRequest = {
  readonly ct: CtReference;
  readonly rois: readonly RoiToWrite[];
  /** At most 16 characters. */
  readonly label: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** YYYYMMDD and HHMMSS of the writing. */
  readonly date: string;
  readonly time: string;
  readonly softwareVersion: string;
  readonly holes: HoleTechnique;
  /** Who signed these contours, at `date` and `time`; without it they are automatic and unapproved. */
  readonly approval?: Approval | undefined;
};

export type Approval = {
  /** At most 64 characters. */
  readonly reviewer: string;
  /** Of the signed versions of one case, from 1. */
  readonly version: number;
};

const detachedStudyManagement = "1.2.840.10008.3.1.2.3.1";

/** The data set, to be written in implicit VR: contour data may exceed the explicit form. Throws `value-too-long`. */
export function buildRtstruct(request: RtstructRequest): DataSet {
  const { ct, approval } = request;
  const contours = approval === undefined ? "Automatic contours" : "Reviewed contours";
  const described = request.rois.flatMap(({ name, description }) =>
    description === undefined ? [] : [`${name}: ${description} `],
  );
  const setDescription =
    approval === undefined
      ? `Automatic, not reviewed. ${described.join("")}${researchUse}`
      : `Reviewed and signed by a person, version ${approval.version}. ${researchUse}`;
  const elements = identityElements(ct);
  const general: [string, Element][] = [
    textOf("InstanceCreationDate", request.date),
    textOf("InstanceCreationTime", request.time),
    textOf("SOPClassUID", rtStructureSetStorage),
    textOf("SOPInstanceUID", request.sopInstanceUid),
    textOf("Modality", "RTSTRUCT"),
    textOf("Manufacturer", "Delineate"),
    textOf("SeriesDescription", `${contours}, research use only`),
    emptyOf("OperatorsName"),
    textOf("ManufacturerModelName", "Delineate"),
    givenTextOf("SoftwareVersions", request.softwareVersion),
    textOf("SeriesInstanceUID", request.seriesInstanceUid),
    textOf("SeriesNumber", "1"),
    givenTextOf("StructureSetLabel", request.label),
    textOf("StructureSetName", contours),
    givenTextOf("StructureSetDescription", setDescription),
    textOf("StructureSetDate", request.date),
    textOf("StructureSetTime", request.time),
    sequenceOf("ReferencedFrameOfReferenceSequence", [referencedFrame(ct)]),
    textOf("ApprovalStatus", approval === undefined ? "UNAPPROVED" : "APPROVED"),
  ];
  if (approval !== undefined) {
    general.push(textOf("ReviewDate", request.date), textOf("ReviewTime", request.time), [
      tags.ReviewerName,
      personNameElement(approval.reviewer, ct.identity, named("ReviewerName")),
    ]);
  }
  const items = request.rois.map((roi, index) => roiItems(ct, roi, index + 1, request.holes));
  const [structures, contourItems, observations] = [
    items.map(({ structure }) => structure),
    items.map(({ contour }) => contour),
    items.map(({ observation }) => observation),
  ];
  general.push(
    sequenceOf("StructureSetROISequence", structures),
    sequenceOf("ROIContourSequence", contourItems),
    sequenceOf("RTROIObservationsSequence", observations),
  );
  for (const [tag, element] of general) elements.set(tag, element);
  return elements;
}

function referencedFrame(ct: CtReference): DataSet {
  const images = ct.slices.map((_, k) => imageReference(ct, k));
  const series = new Map([
    textOf("SeriesInstanceUID", ct.seriesInstanceUid),
    sequenceOf("ContourImageSequence", images),
  ]);
  const study = new Map([
    textOf("ReferencedSOPClassUID", detachedStudyManagement),
    textOf("ReferencedSOPInstanceUID", ct.studyInstanceUid),
    sequenceOf("RTReferencedSeriesSequence", [series]),
  ]);
  return new Map([
    textOf("FrameOfReferenceUID", ct.frameOfReferenceUid),
    sequenceOf("RTReferencedStudySequence", [study]),
  ]);
}

type RoiItems = {
  readonly structure: DataSet;
  readonly contour: DataSet;
  readonly observation: DataSet;
};

/** The items of one ROI in the three sequences. An empty mask gives an ROI with an empty contour item. */
export function roiItems(
  ct: CtReference,
  roi: RoiToWrite,
  roiNumber: number,
  holes: HoleTechnique,
): RoiItems {
  const number = String(roiNumber);
  const structure = new Map([
    textOf("ROINumber", number),
    textOf("ReferencedFrameOfReferenceUID", ct.frameOfReferenceUid),
    givenTextOf("ROIName", roi.name, 16),
    ...(roi.description === undefined ? [] : [givenTextOf("ROIDescription", roi.description)]),
    textOf("ROIGenerationAlgorithm", roi.algorithm),
    givenTextOf("ROIGenerationDescription", roi.algorithmDescription),
  ]);
  const contours = contoursOfMask(roi.mask, ct.slices, holes).map(
    ({ k, geometricType, points }, index): DataSet =>
      new Map([
        sequenceOf("ContourImageSequence", [imageReference(ct, k)]),
        textOf("ContourGeometricType", geometricType),
        textOf("NumberOfContourPoints", String(points.length / 3)),
        textOf("ContourNumber", String(index + 1)),
        textOf("ContourData", decimalStrings([...points])),
      ]),
  );
  const contour = new Map([
    textOf("ROIDisplayColor", roi.colour.join("\\")),
    textOf("ReferencedROINumber", number),
  ]);
  if (contours.length > 0) contour.set(...sequenceOf("ContourSequence", contours));
  const observation = new Map([
    textOf("ObservationNumber", number),
    textOf("ReferencedROINumber", number),
    givenTextOf("RTROIInterpretedType", roi.interpretedType),
    emptyOf("ROIInterpreter"),
  ]);
  return { structure, contour, observation };
}
