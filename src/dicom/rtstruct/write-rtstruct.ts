/**
 * A new RT Structure Set for a CT (DICOM PS3.3 A.19): identity byte for byte from the CT, the whole tree of references
 * naming every slice, the three ROI sequences in step, automatic and unapproved unless told otherwise.
 */
import { researchUse } from "#contract/research-use.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { type DataSet, type Element, sequenceElement, textElement } from "#dicom/dataset/dataset.ts";
import { decimalStrings } from "#dicom/dataset/decimal-string.ts";
import { identityElements, imageReference } from "#dicom/dataset/derived-object.ts";
import { personNameElement } from "#dicom/dataset/person-name.ts";
import { checkedText } from "#dicom/dataset/text-limits.ts";
import { emptyElement } from "#dicom/dataset/write-dataset.ts";
import type { Mask } from "#geometry/mask.ts";
import { contoursOfMask, type HoleTechnique } from "./contours-of-mask.ts";
import { rtStructureSetStorage } from "./read-rtstruct.ts";

export const interpretedTypes = ["GTV", "CTV", "PTV", "ORGAN", "EXTERNAL", "AVOIDANCE", ""] as const;
export const generationAlgorithms = ["AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"] as const;

export type RoiToWrite = {
  /** ASCII, at most 16 characters. */
  readonly name: string;
  readonly mask: Mask;
  readonly interpretedType: (typeof interpretedTypes)[number];
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
  const text = textElement;
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
    ["00080012", text("DA", request.date)],
    ["00080013", text("TM", request.time)],
    ["00080016", text("UI", rtStructureSetStorage)],
    ["00080018", text("UI", request.sopInstanceUid)],
    ["00080060", text("CS", "RTSTRUCT")],
    ["00080070", text("LO", "Delineate")],
    ["0008103E", text("LO", `${contours}, research use only`)],
    ["00081070", emptyElement("PN")],
    ["00081090", text("LO", "Delineate")],
    ["00181020", checkedText("LO", request.softwareVersion, "SoftwareVersions (0018,1020)")],
    ["0020000E", text("UI", request.seriesInstanceUid)],
    ["00200011", text("IS", "1")],
    ["30060002", checkedText("SH", request.label, "StructureSetLabel (3006,0002)")],
    ["30060004", text("LO", contours)],
    ["30060006", checkedText("ST", setDescription, "StructureSetDescription (3006,0006)")],
    ["30060008", text("DA", request.date)],
    ["30060009", text("TM", request.time)],
    ["30060010", sequenceElement([referencedFrame(ct)])],
    ["300E0002", text("CS", approval === undefined ? "UNAPPROVED" : "APPROVED")],
  ];
  if (approval !== undefined) {
    general.push(
      ["300E0004", text("DA", request.date)],
      ["300E0005", text("TM", request.time)],
      ["300E0008", personNameElement(approval.reviewer, ct.identity, "ReviewerName (300E,0008)")],
    );
  }
  for (const [tag, element] of general) elements.set(tag, element);
  const items = request.rois.map((roi, index) => roiItems(ct, roi, index + 1, request.holes));
  elements.set("30060020", sequenceElement(items.map(({ structure }) => structure)));
  elements.set("30060039", sequenceElement(items.map(({ contour }) => contour)));
  elements.set("30060080", sequenceElement(items.map(({ observation }) => observation)));
  return elements;
}

function referencedFrame(ct: CtReference): DataSet {
  const images = ct.slices.map((_, k) => imageReference(ct, k));
  const series = new Map([
    ["0020000E", textElement("UI", ct.seriesInstanceUid)],
    ["30060016", sequenceElement(images)],
  ]);
  const study = new Map([
    ["00081150", textElement("UI", detachedStudyManagement)],
    ["00081155", textElement("UI", ct.studyInstanceUid)],
    ["30060014", sequenceElement([series])],
  ]);
  return new Map([
    ["00200052", textElement("UI", ct.frameOfReferenceUid)],
    ["30060012", sequenceElement([study])],
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
  const reference = textElement("IS", String(roiNumber));
  const structure = new Map([
    ["30060022", reference],
    ["30060024", textElement("UI", ct.frameOfReferenceUid)],
    ["30060026", checkedText("LO", roi.name, "ROIName (3006,0026)", 16)],
    ...(roi.description === undefined
      ? []
      : [["30060028", checkedText("ST", roi.description, "ROIDescription (3006,0028)")] as const]),
    ["30060036", textElement("CS", roi.algorithm)],
    ["30060038", checkedText("LO", roi.algorithmDescription, "ROIGenerationDescription (3006,0038)")],
  ]);
  const contours = contoursOfMask(roi.mask, ct.slices, holes).map(
    ({ k, geometricType, points }, index): DataSet =>
      new Map([
        ["30060016", sequenceElement([imageReference(ct, k)])],
        ["30060042", textElement("CS", geometricType)],
        ["30060046", textElement("IS", String(points.length / 3))],
        ["30060048", textElement("IS", String(index + 1))],
        ["30060050", textElement("DS", decimalStrings([...points]))],
      ]),
  );
  const contour = new Map([
    ["3006002A", textElement("IS", roi.colour.join("\\"))],
    ["30060084", reference],
  ]);
  if (contours.length > 0) contour.set("30060040", sequenceElement(contours));
  const observation = new Map([
    ["30060082", reference],
    ["30060084", reference],
    ["300600A4", textElement("CS", roi.interpretedType)],
    ["300600A6", emptyElement("PN")],
  ]);
  return { structure, contour, observation };
}
