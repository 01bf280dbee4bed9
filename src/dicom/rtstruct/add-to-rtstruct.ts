/** Adds ROIs to an existing structure set: every other element stays as it is, the result is a new object, unapproved. */

import { DelineateError } from "#core/errors.ts";
import {
  type DataSet,
  type Element,
  number,
  sequence,
  sequenceElement,
  text,
} from "#dicom/dataset/dataset.ts";
import { textOf } from "#dicom/dataset/named-elements.ts";
import { tags } from "#dicom/dictionary.ts";
import { readStructureSet } from "./read-rtstruct.ts";
import { type RtstructRequest, roiItems } from "./write-rtstruct.ts";

type AddedTo = {
  readonly set: DataSet;
  /** The set without the ROIs that it had. */
  readonly added: DataSet;
};

/**
 * Throws `wrong-frame-of-reference` if the set belongs to another CT, `invalid-value` if an ROI of a name is there already, be it
 * in capitals.
 */
export function addToRtstruct(existing: DataSet, request: RtstructRequest): AddedTo {
  const set = readStructureSet(existing);
  const frames = sequence(existing, tags.ReferencedFrameOfReferenceSequence).map((item) =>
    text(item, tags.FrameOfReferenceUID),
  );
  if (!frames.includes(request.ct.frameOfReferenceUid)) {
    throw new DelineateError(
      "wrong-frame-of-reference",
      "The structure set refers to another frame of reference than the CT. Choose the set that was drawn on this CT.",
    );
  }
  for (const { name } of request.rois) {
    // Without regard to case, as planning systems tell names apart: one of the two would be dropped or renamed on import.
    const same = set.rois.find((roi) => roi.name.toLowerCase() === name.toLowerCase());
    if (same !== undefined) {
      throw new DelineateError(
        "invalid-value",
        `The structure set has an ROI ${same.name} already. Give the new one another name with --roi-name.`,
      );
    }
  }
  // An ROI that was deleted may have left its observation or contours: under its number they would become the new one's.
  const numbersOf = (list: string, tag: string): number[] =>
    sequence(existing, list).map((item) => number(item, tag) ?? 0);
  const used = [
    ...numbersOf(tags.StructureSetROISequence, tags.ROINumber),
    ...numbersOf(tags.ROIContourSequence, tags.ReferencedROINumber),
    ...numbersOf(tags.RTROIObservationsSequence, tags.ReferencedROINumber),
    ...numbersOf(tags.RTROIObservationsSequence, tags.ObservationNumber),
  ];
  const first = firstNumber(used, request.rois.length);
  const items = request.rois.map((roi, index) => roiItems(request.ct, roi, first + index, request.holes));
  const elements = new Map<string, Element>(existing);
  elements.set(...textOf("SOPInstanceUID", request.sopInstanceUid));
  elements.set(...textOf("SeriesInstanceUID", request.seriesInstanceUid));
  elements.set(...textOf("InstanceCreationDate", request.date));
  elements.set(...textOf("InstanceCreationTime", request.time));
  elements.set(...textOf("StructureSetDate", request.date));
  elements.set(...textOf("StructureSetTime", request.time));
  // What a person approved was the set without the automatic contour.
  elements.set(...textOf("ApprovalStatus", "UNAPPROVED"));
  for (const tag of [tags.ReviewDate, tags.ReviewTime, tags.ReviewerName]) elements.delete(tag);
  const lists = [
    [tags.StructureSetROISequence, items.map(({ structure }) => structure)],
    [tags.ROIContourSequence, items.map(({ contour }) => contour)],
    [tags.RTROIObservationsSequence, items.map(({ observation }) => observation)],
  ] as const;
  const withLists = (itemsOf: (tag: string, newItems: readonly DataSet[]) => readonly DataSet[]): DataSet =>
    new Map([
      ...elements,
      ...lists.map(([tag, newItems]) => [tag, sequenceElement(itemsOf(tag, newItems))] as const),
    ]);
  return {
    set: withLists((tag, newItems) => [...sequence(existing, tag), ...newItems]),
    added: withLists((_, newItems) => newItems),
  };
}

/** The largest integer string (IS, PS3.5 6.2): readers turn a larger number into a negative one. */
const largestNumber = 2 ** 31 - 1;

/** The first of `count` numbers in a row that none of `used` is: behind them, or where that is too far, as low as there is room. */
function firstNumber(used: readonly number[], count: number): number {
  const behind = Math.max(0, ...used) + 1;
  if (behind + count - 1 <= largestNumber) return behind;
  let first = 1;
  while (used.some((roiNumber) => roiNumber >= first && roiNumber < first + count)) first++;
  return first;
}
