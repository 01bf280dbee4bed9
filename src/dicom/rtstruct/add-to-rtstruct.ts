/** Adds ROIs to an existing structure set: every other element stays as it is, the result is a new object, unapproved. */
import { DelineateError } from "#core/errors.ts";
import {
  type DataSet,
  type Element,
  number,
  sequence,
  sequenceElement,
  text,
  textElement,
} from "#dicom/dataset/dataset.ts";
import { readStructureSet } from "./read-rtstruct.ts";
import { type RtstructRequest, roiItems } from "./write-rtstruct.ts";

/**
 * Throws `wrong-frame-of-reference` if the set belongs to another CT, `invalid-value` if an ROI of a name is there
 * already.
 */
export function addToRtstruct(existing: DataSet, request: RtstructRequest): DataSet {
  const set = readStructureSet(existing);
  const frames = sequence(existing, "30060010").map((item) => text(item, "00200052"));
  if (!frames.includes(request.ct.frameOfReferenceUid)) {
    throw new DelineateError(
      "wrong-frame-of-reference",
      "The structure set refers to another frame of reference than the CT. Choose the set that was drawn on this CT.",
    );
  }
  for (const { name } of request.rois) {
    if (set.rois.some((roi) => roi.name === name)) {
      throw new DelineateError(
        "invalid-value",
        `The structure set has an ROI ${name} already. Give the new one another name with --roi-name.`,
      );
    }
  }
  const used = [
    ...sequence(existing, "30060020").map((item) => number(item, "30060022") ?? 0),
    ...sequence(existing, "30060080").map((item) => number(item, "30060082") ?? 0),
  ];
  const first = Math.max(0, ...used) + 1;
  const items = request.rois.map((roi, index) => roiItems(request.ct, roi, first + index, request.holes));
  const elements = new Map<string, Element>(existing);
  const append = (tag: string, added: readonly DataSet[]): void => {
    elements.set(tag, sequenceElement([...sequence(existing, tag), ...added]));
  };
  append(
    "30060020",
    items.map(({ structure }) => structure),
  );
  append(
    "30060039",
    items.map(({ contour }) => contour),
  );
  append(
    "30060080",
    items.map(({ observation }) => observation),
  );
  elements.set("00080018", textElement("UI", request.sopInstanceUid));
  elements.set("0020000E", textElement("UI", request.seriesInstanceUid));
  elements.set("00080012", textElement("DA", request.date));
  elements.set("00080013", textElement("TM", request.time));
  elements.set("30060008", textElement("DA", request.date));
  elements.set("30060009", textElement("TM", request.time));
  // What a person approved was the set without the automatic contour.
  elements.set("300E0002", textElement("CS", "UNAPPROVED"));
  for (const tag of ["300E0004", "300E0005", "300E0008"]) elements.delete(tag);
  return elements;
}
