/** Bytes to characters by each character set of the standard. Expected letters follow from the code tables, or are PS3.5's. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { characterSetFindings, decodeCharacters, hasUndecoded } from "./character-sets.ts";
import { type DataSet, sequence, sequenceElement, text, textElement } from "./dataset.ts";
import { readDicom } from "./read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "./write-dataset.ts";

const bytes = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0));
const decode = (value: string, ...terms: string[]): string => decodeCharacters(bytes(value), terms, false);

/** Where a single-byte set's letters stand in Unicode: first and last byte, and the code of the first. */
const blocks: readonly (readonly [string, string, number, number, number])[] = [
  ["100", "-A", 0xa1, 0xff, 0xa1],
  ["144", "-L", 0xae, 0xef, 0x40e],
  ["127", "-G", 0xe0, 0xf2, 0x640],
  ["126", "-F", 0xe1, 0xfe, 0x3b1],
  ["138", "-H", 0xe0, 0xfa, 0x5d0],
  ["166", "-T", 0xa1, 0xda, 0xe01],
  ["13", ")I", 0xa1, 0xdf, 0xff61],
];

describe("single-byte sets", () => {
  test.each(blocks)(
    "ISO-IR %s as the only set, and called by its escape sequence",
    (...[ir, call, first, last, code]) => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: first, max: last }), { minLength: 1 }), (letters) => {
          const value = letters.map((letter) => String.fromCharCode(letter)).join("");
          const expected = letters.map((letter) => String.fromCodePoint(letter - first + code)).join("");
          expect(decode(value, `ISO_IR ${ir}`)).toBe(expected);
          expect(decode(value, `ISO 2022 IR ${ir}`)).toBe(expected);
          // Called into another set, which holds again after the delimiter (PS3.5 6.1.2.5.3).
          const other = ir === "144" ? ["100", "\xe9", "\u00e9"] : ["144", "\xe9", "\u0449"];
          const set = [`ISO 2022 IR ${other[0]}`, `ISO 2022 IR ${ir}`];
          expect(decode(`${other[1]}\x1b${call}${value}^${other[1]}`, ...set)).toBe(
            `${other[2]}${expected}^${other[2]}`,
          );
        }),
      );
    },
  );

  test.each([
    ["101", "\xa3\xf3d\xbc", "\u0141\u00f3d\u017a"],
    ["109", "\xa6\xb6", "\u0124\u0125"],
    ["110", "\xe0\xef", "\u0101\u012b"],
    ["148", "\xd0\xdd\xde\xfd", "\u011e\u0130\u015e\u0131"],
    ["203", "\xa4\xbd", "\u20ac\u0153"],
  ])("ISO-IR %s", (ir, value, expected) => {
    expect(decode(value, `ISO_IR ${ir}`)).toBe(expected);
  });
});

describe("multi-byte sets", () => {
  test.each<[string, string, string, string[]]>([
    // PS3.5 H.3.1, H.3.2, I.2, J.3, K.2.
    [
      "Kanji",
      "Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B",
      "Yamada^Tarou=山田^太郎",
      ["", "ISO 2022 IR 87"],
    ],
    [
      "half-width Katakana and Kanji",
      "\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J",
      "ﾔﾏﾀﾞ^ﾀﾛｳ=山田",
      ["ISO 2022 IR 13", "ISO 2022 IR 87"],
    ],
    ["supplementary Kanji", "\x1b$(D0!\x1b(B", "丂", ["", "ISO 2022 IR 87", "ISO 2022 IR 159"]],
    [
      "Hangul",
      "Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7",
      "Hong^Gildong=洪^吉洞",
      ["", "ISO 2022 IR 149"],
    ],
    ["Hangul without its escape sequence", "\xc8\xab^\xb1\xe6", "홍^길", ["", "ISO 2022 IR 149"]],
    [
      "simplified Chinese",
      "Zhang=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab",
      "Zhang=张^小东",
      ["", "ISO 2022 IR 58"],
    ],
    ["GB18030", "\xcd\xf5^\xd0\xa1\xb6\xab", "王^小东", ["GB18030"]],
    ["GBK, whose second byte may be a backslash", "\x95\x5c", "昞", ["GBK"]],
    ["a byte of Kanji that is a delimiter elsewhere", "\x1b$B0\x5c\x1b(B", "移", ["", "ISO 2022 IR 87"]],
  ])("%s", (_, value, expected, terms) => {
    expect(decode(value, ...terms)).toBe(expected);
  });

  test("UTF-8 is any text at all, and what is broken in it is shown", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        const encoded = new Uint8Array(Buffer.from(value, "utf8"));
        expect(decodeCharacters(encoded, ["ISO_IR 192"], false)).toBe(value);
      }),
    );
    expect(decode("au\xdfen \xc3\x9f", "ISO_IR 192")).toBe("au<DF>en ß");
  });
});

describe("what is no text", () => {
  test.each([["without a set"], ["ISO_IR 999"]])(
    "bytes beyond ASCII are shown by their codes: %s",
    (term) => {
      const terms = term === "without a set" ? [] : [term];
      expect(decode("au\xdfen", ...terms)).toBe("au<DF>en");
      expect(hasUndecoded("au<DF>en")).toBe(true);
      expect(characterSetFindings(terms).map(({ code }) => code)).toEqual(
        terms.length === 0 ? [] : ["unknown-character-set"],
      );
    },
  );

  test("a term in a common misspelling is the standard's", () => {
    for (const term of ["ISO-IR 100", "ISO IR 100", "iso_ir 100", "ISO_IR_100", "ISO 2022 IR 100"])
      expect([decode("\xdf", term), characterSetFindings([term])]).toEqual(["ß", []]);
  });

  test("no bytes in any set give a control character, and different bytes of a single-byte set stay different", () => {
    const terms = fc.constantFrom(
      [],
      ["ISO_IR 100"],
      ["ISO_IR 192"],
      ["GB18030"],
      ["", "ISO 2022 IR 87"],
      ["ISO_IR 13"],
    );
    fc.assert(
      fc.property(fc.uint8Array(), terms, (value, set) => {
        expect(decodeCharacters(value, set, false)).not.toMatch(/\p{Cc}/u);
      }),
    );
    const all = Array.from({ length: 256 }, (_, code) =>
      decodeCharacters(Uint8Array.of(code), ["ISO_IR 144"], false),
    );
    expect(new Set(all).size).toBe(256);
  });

  test("long texts keep their lines", () => {
    expect(decodeCharacters(bytes("a\r\nb\x07"), ["ISO_IR 100"], true)).toBe("a\r\nb<07>");
  });
});

test("the set of a data set holds in its sequences, where an item has none of its own", () => {
  const name = (value: string): readonly [string, { vr: string; bytes: Uint8Array }] => [
    "30060026",
    { vr: "LO", bytes: new Uint8Array(Buffer.from(value, "latin1")) },
  ];
  const dataSet: DataSet = new Map([
    ["00080005", textElement("CS", "ISO_IR 144")],
    ["00080016", textElement("UI", "1.2.3")],
    ["00080018", textElement("UI", "1.2.4")],
    [
      "30060020",
      sequenceElement([
        new Map([name("\xbb\xee\xda ")]),
        new Map([["00080005", textElement("CS", "ISO_IR 100")], name("\xfc ")]),
      ]),
    ],
  ]);
  for (const syntax of Object.values(transferSyntaxes)) {
    const read = readDicom(writeDicomFile(dataSet, syntax), "it").dataSet;
    expect(sequence(read, "30060020").map((item) => text(item, "30060026"))).toEqual(["Люк", "ü"]);
  }
});
