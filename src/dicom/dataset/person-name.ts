/**
 * A person's name as a DICOM element (PS3.5 6.2.1, VR PN) in the character set of the data set that it goes into, which is
 * the CT's: Latin 1 and UTF-8 hold it as it is, in others it is written without its accents.
 */

import { DelineateError } from "#core/errors.ts";
import { tags } from "#dicom/dictionary.ts";
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
  const bytes = encode(plain, texts(identity, tags.SpecificCharacterSet));
  const padded = new Uint8Array(bytes.length + (bytes.length % 2)).fill(0x20);
  padded.set(bytes);
  return { vr: "PN", bytes: padded };

  function encode(value: string, terms: readonly string[]): number[] {
    if (terms.includes("ISO_IR 192")) return utf8(value);
    if (terms[0] === "ISO_IR 100" && /^[\x20-\xff]*$/.test(value)) return codes(value);
    const folded = value
      .normalize("NFD")
      .replace(/\p{Mn}/gu, "")
      .replaceAll("ß", "ss")
      .replaceAll("ø", "o")
      .replaceAll("Ø", "O")
      .replaceAll("ł", "l")
      .replaceAll("Ł", "L");
    if (/^[\x20-\x7e]+$/.test(folded)) return codes(folded);
    throw new DelineateError(
      "invalid-value",
      `${where} cannot be written in the character set of this CT. Write the name in Latin letters.`,
    );
  }
}

function codes(value: string): number[] {
  return Array.from(value, (character) => character.charCodeAt(0));
}

function utf8(value: string): number[] {
  // The one encoder to UTF-8 that the language itself has.
  return (encodeURIComponent(value).match(/%[0-9A-F]{2}|[^%]/g) ?? []).map((part) =>
    part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0),
  );
}
