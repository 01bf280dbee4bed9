/**
 * A person's name as a DICOM element (PS3.5 6.2.1, VR PN) in the character set of the data set that it goes into, which is
 * the CT's: Latin 1 and UTF-8 hold it as it is, in others it is written without its accents.
 */

import { DelineateError } from "#core/errors.ts";
import { tags } from "#dicom/dictionary.ts";
import { encodeCharacters } from "./character-sets.ts";
import { type DataSet, type Element, texts } from "./dataset.ts";
import { longestText } from "./named-elements.ts";

/** `identity` says the character set. Throws `invalid-value` for a name that cannot be written, `value-too-long`. */
export function personNameElement(name: string, identity: DataSet, where: string): Element {
  // Characters with a meaning of their own in a value. "^" parts family and given name, as a comma does for people.
  const plain = name
    .replace(/[\\=\p{Cc}]/gu, " ")
    .replace(/ +/g, " ")
    .replace(/ ?, ?/, "^")
    .trim();
  if (plain.length > longestText.PN) {
    throw new DelineateError(
      "value-too-long",
      `${where} has ${plain.length} characters; at most ${longestText.PN} are allowed. Shorten it.`,
    );
  }
  const terms = texts(identity, tags.SpecificCharacterSet);
  const bytes = encodeCharacters(plain, terms) ?? encodeCharacters(withoutAccents(plain), terms);
  if (bytes === undefined)
    throw new DelineateError(
      "invalid-value",
      `${where} cannot be written in the character set of this CT. Write the name in Latin letters.`,
    );
  return { vr: "PN", bytes };
}

function withoutAccents(value: string): string {
  return value
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .replaceAll("ß", "ss")
    .replaceAll("ø", "o")
    .replaceAll("Ø", "O")
    .replaceAll("ł", "l")
    .replaceAll("Ł", "L");
}
