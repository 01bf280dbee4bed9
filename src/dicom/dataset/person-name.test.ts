/** Names of reviewers in the character set of the CT that they sign for. */
import { expect, test } from "vitest";
import { type DataSet, textElement } from "./dataset.ts";
import { personNameElement } from "./person-name.ts";

const withCharacterSet = (term: string): DataSet => new Map([["00080005", textElement("CS", term)]]);
const written = (name: string, identity: DataSet): number[] => [
  ...personNameElement(name, identity, "The name").bytes,
];
const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

test.each<[string, string, DataSet, number[]]>([
  ["plain letters in any character set", "Smith^Ann", new Map(), ascii("Smith^Ann ")],
  ["a comma parts family and given name", "Smith, Ann", new Map(), ascii("Smith^Ann ")],
  ["accents as they are in Latin 1", "Müller", withCharacterSet("ISO_IR 100"), ascii("M\xfcller")],
  ["UTF-8, padded to even length", "Mü", withCharacterSet("ISO_IR 192"), [0x4d, 0xc3, 0xbc, 0x20]],
  ["other scripts in UTF-8", "山", withCharacterSet("ISO_IR 192"), [0xe5, 0xb1, 0xb1, 0x20]],
  ["without accents where the character set has none", "Müller", new Map(), ascii("Muller")],
  ["without accents in a set of other letters", "Łoś", withCharacterSet("ISO_IR 144"), ascii("Los ")],
  ["characters with a meaning of their own become spaces", "A\\B=C", new Map(), ascii("A B C ")],
])("%s", (_, name, identity, bytes) => {
  expect(written(name, identity)).toEqual(bytes);
});

test("a name that would be lost is refused in a sentence, as is one that is too long", () => {
  expect(() => written("山田", withCharacterSet("ISO_IR 100"))).toThrow("Latin letters");
  expect(() => written("a".repeat(65), new Map())).toThrow("at most 64");
});
