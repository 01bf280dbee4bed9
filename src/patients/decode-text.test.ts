/** Texts of headers for a person to read, in the character sets that scanners write. */
import { expect, test } from "vitest";
import { decodeName, decodeText } from "./decode-text.ts";

const header = (characterSet: string, bytes: number[]) =>
  new Map([
    ["00080005", { vr: "CS", bytes: Buffer.from(characterSet) }],
    ["00100010", { vr: "PN", bytes: Uint8Array.from(bytes) }],
  ]);
const ascii = (text: string): number[] => [...Buffer.from(text, "latin1")];

test.each<[string, string, number[], string]>([
  ["Latin 1", "ISO_IR 100", ascii("M\xfcller^J\xf6rg "), "Müller, Jörg"],
  ["UTF-8", "ISO_IR 192", [...Buffer.from("Nováková^Jana^^Dr.")], "Nováková, Jana"],
  // PS3.5 H.3.1: the first group is in letters, the second in Kanji.
  [
    "the first group of several",
    "\\ISO 2022 IR 87",
    ascii("Yamada^Tarou=\x1b$B;3ED\x1b(B^"),
    "Yamada, Tarou",
  ],
  ["a group in Kanji where the first is empty", "\\ISO 2022 IR 87", ascii("=\x1b$B;3ED\x1b(B^"), "山田"],
  ["Cyrillic", "ISO_IR 144", [0xbb, 0xee, 0xda], "Люк"],
  ["no character set", "", ascii("Doe^Jane"), "Doe, Jane"],
  ["no parts", "ISO_IR 100", ascii("PHANTOM"), "PHANTOM"],
])("%s", (_, characterSet, bytes, expected) => {
  expect(decodeName(header(characterSet, bytes), "00100010")).toBe(expected);
});

test("an element that is absent is an empty text", () => {
  expect(decodeText(new Map(), "00100020")).toBe("");
});
