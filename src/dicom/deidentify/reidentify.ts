/** The way back: an object that was made of de-identified data, such as a structure set, as one of the patient's own. */
import { DelineateError } from "#core/errors.ts";
import { encodeCharacters, hasUndecoded } from "#dicom/dataset/character-sets.ts";
import {
  characterSetOf,
  type DataSet,
  type Element,
  sequenceElement,
  text,
  textElement,
} from "#dicom/dataset/dataset.ts";
import { type Keyword, tags } from "#dicom/dictionary.ts";
import { identityKeywords, shiftedDate } from "./deidentify.ts";
import { mappedUids, shiftedDates } from "./rules.ts";

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
const dates = tagsOf(shiftedDates);
/** The study's date is the CT's, moved; what was written since, such as the day of a review, was not moved. */
const datesOfCt = tagsOf(["StudyDate"]);
const marks = tagsOf([
  "PatientIdentityRemoved",
  "DeidentificationMethod",
  "DeidentificationMethodCodeSequence",
  "LongitudinalTemporalInformationModified",
]);

/** VRs whose texts are in the character set of the data set (PS3.5 6.1.2.2). */
const textVrs = new Set(["LO", "LT", "PN", "SH", "ST", "UC", "UT"]);

/** What is given back is put under the patient's own character set, of these terms. `where` names the file in messages. */
type Target = Identity & {
  readonly terms: readonly string[];
  readonly where: string;
  readonly movedDates: ReadonlySet<string>;
};

/** Throws `invalid-value` for a text that cannot be written in the character set of the patient's own files. */
export function reidentified(dataSet: DataSet, identity: Identity, where: string): DataSet {
  // An object whose own UID was mapped is no work of others: it went out with the CT, and all of its dates were moved.
  const wentOut = identity.originalOf(text(dataSet, tags.SOPInstanceUID) ?? "") !== undefined;
  const movedDates = wentOut ? dates : datesOfCt;
  const terms = characterSetOf(identity.elements);
  const result = restored(dataSet, { ...identity, terms, where, movedDates });
  for (const tag of marks) result.delete(tag);
  for (const keyword of identityKeywords) {
    const element = identity.elements.get(tags[keyword]);
    if (element === undefined) result.delete(tags[keyword]);
    else result.set(tags[keyword], element);
  }
  return result;
}

function restored(dataSet: DataSet, target: Target): Map<string, Element> {
  const result = new Map(
    [...dataSet].map(([tag, element]) => [tag, restoredElement(tag, element, dataSet, target)]),
  );
  // That of the whole holds for its items too.
  result.delete(tags.SpecificCharacterSet);
  return result;
}

function restoredElement(tag: string, element: Element, dataSet: DataSet, target: Target): Element {
  if (element.items !== undefined)
    return sequenceElement(element.items.map((item) => restored(item, target)));
  if (textVrs.has(element.vr)) return recoded(tag, element, dataSet, target);
  const value = text(dataSet, tag);
  if (uids.has(tag)) {
    const original = value === undefined ? undefined : target.originalOf(value);
    return original === undefined ? element : textElement("UI", original);
  }
  if (target.movedDates.has(tag)) return textElement("DA", shiftedDate(value, -target.shiftDays));
  return element;
}

function recoded(tag: string, element: Element, dataSet: DataSet, { terms, where }: Target): Element {
  const elementTerms = element.characterSet ?? characterSetOf(dataSet);
  const isAscii = element.bytes.every((byte) => byte < 0x80 && byte !== 0x1b);
  if (isAscii || elementTerms.join("\\") === terms.join("\\")) return element;
  const value = text(dataSet, tag) ?? "";
  const bytes = hasUndecoded(value) ? undefined : encodeCharacters(value, terms);
  if (bytes === undefined)
    throw new DelineateError(
      "invalid-value",
      `${where} has a text (${tag.slice(0, 4)},${tag.slice(4)}) that cannot be written in the character set of the patient's own files. Write it in plain ASCII and export the file again.`,
    );
  return { vr: element.vr, bytes, characterSet: terms };
}
