/**
 * Elements by keyword, for those who write data sets: tag and VR are the dictionary's, the length of a text that somebody
 * gives is checked against its VR (PS3.5 table 6.2-1). Too long is an error, never cut silently.
 */
import { DelineateError } from "#core/errors.ts";
import { type Keyword, named, tags, vrOfKeyword } from "#dicom/dictionary.ts";
import { type DataSet, type Element, sequenceElement, textElement } from "./dataset.ts";

/** As a data set, which is a map, takes it. */
type NamedElement = [tag: string, element: Element];

export const longestText = { SH: 16, LO: 64, ST: 1024, CS: 16, DS: 16, IS: 12, UI: 64, PN: 64 } as const;

/** A text of the program's own, in ASCII. */
export function textOf(keyword: Keyword, value: string): NamedElement {
  return [tags[keyword], textElement(vrOfKeyword(keyword), value)];
}

/** A text that somebody gave: ASCII, without blanks at its ends, within its VR's length or a tighter one. Throws `value-too-long`, `invalid-value`. */
export function givenTextOf(
  keyword: Keyword,
  value: string,
  longest = longestOf(vrOfKeyword(keyword)),
): NamedElement {
  if (value.length > longest) {
    throw new DelineateError(
      "value-too-long",
      `${named(keyword)} "${value}" has ${value.length} characters; at most ${longest} are allowed. Shorten it.`,
    );
  }
  if (!/^[\x20-\x5b\x5d-\x7e]*$/.test(value)) {
    throw new DelineateError(
      "invalid-value",
      `${named(keyword)} "${value}" holds characters other than plain ASCII, or a backslash. Rename it.`,
    );
  }
  // Blanks there mean nothing in DICOM: the name would be read back as another one.
  if (value !== value.trim()) {
    throw new DelineateError(
      "invalid-value",
      `${named(keyword)} "${value}" begins or ends with a blank. Leave it out.`,
    );
  }
  return textOf(keyword, value);
}

/** Characters that a VR allows (PS3.5 table 6.2-1); no bound for those that are not in the table above. */
export function longestOf(vr: string): number {
  return vr in longestText ? longestText[vr as keyof typeof longestText] : Number.POSITIVE_INFINITY;
}

export function emptyOf(keyword: Keyword): NamedElement {
  return [tags[keyword], { vr: vrOfKeyword(keyword), bytes: new Uint8Array(0) }];
}

export function sequenceOf(keyword: Keyword, items: readonly DataSet[]): NamedElement {
  return [tags[keyword], sequenceElement(items)];
}
