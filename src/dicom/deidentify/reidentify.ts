/** The way back: an object that was made of de-identified data, such as a structure set, as one of the patient's own. */
import { type DataSet, type Element, sequenceElement, text, textElement } from "#dicom/dataset/dataset.ts";
import { type Keyword, tags } from "#dicom/dictionary.ts";
import { identityKeywords, shiftedDate } from "./deidentify.ts";
import { mappedUids } from "./rules.ts";

export type Identity = {
  /** Of identityKeywords, as the patient's own files have them. */
  readonly elements: DataSet;
  readonly shiftDays: number;
  /** Undefined for a UID that was not mapped: it is the object's own. */
  readonly originalOf: (uid: string) => string | undefined;
};

const tagsOf = (keywords: readonly Keyword[]): ReadonlySet<string> =>
  new Set(keywords.map((keyword) => tags[keyword]));
const uids = tagsOf(mappedUids);
const marks = tagsOf([
  "PatientIdentityRemoved",
  "DeidentificationMethod",
  "DeidentificationMethodCodeSequence",
  "LongitudinalTemporalInformationModified",
]);

/** Its texts must be ASCII: they are put beside the patient's name in that name's character set. */
export function reidentified(dataSet: DataSet, identity: Identity): DataSet {
  const result = new Map(restored(dataSet, identity));
  for (const tag of marks) result.delete(tag);
  for (const keyword of identityKeywords) {
    const element = identity.elements.get(tags[keyword]);
    if (element === undefined) result.delete(tags[keyword]);
    else result.set(tags[keyword], element);
  }
  return result;
}

function restored(dataSet: DataSet, identity: Identity): Map<string, Element> {
  return new Map(
    [...dataSet].map(([tag, element]) => [tag, restoredElement(tag, element, dataSet, identity)]),
  );
}

function restoredElement(tag: string, element: Element, dataSet: DataSet, identity: Identity): Element {
  if (element.items !== undefined)
    return sequenceElement(element.items.map((item) => restored(item, identity)));
  const value = text(dataSet, tag);
  if (uids.has(tag)) {
    const original = value === undefined ? undefined : identity.originalOf(value);
    return original === undefined ? element : textElement("UI", original);
  }
  // The study's date is the CT's, moved; what was written since, such as the day of a review, was not moved.
  if (tag === tags.StudyDate) return textElement("DA", shiftedDate(value, -identity.shiftDays));
  return element;
}
