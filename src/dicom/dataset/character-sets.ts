/**
 * Bytes of a text value to characters, by the Specific Character Set (0008,0005) of its data set (PS3.3 C.12.1.1.2, PS3.5
 * 6.1): single-byte sets, ISO 2022 with escape sequences, UTF-8, GB18030 and GBK. A byte that is no character of the set,
 * and every control character, comes out as its code in angle brackets, "<DF>": visible, and two names that differ stay two.
 */

import { type Finding, finding } from "#core/findings.ts";
import { latin1 } from "#core/latin1.ts";
import { toUtf8 } from "#core/utf8.ts";

/** Of the language's hosts, Node.js and browsers alike. */
declare class TextDecoder {
  constructor(label: string, options?: { readonly fatal?: boolean });
  decode(bytes: Uint8Array): string;
}

/** A set of characters that bytes from A0 on (G1) or up to 7F (G0) stand for, one or two bytes each. */
type CodeElement = {
  readonly bytes: 1 | 2;
  /** Label of the decoder, whose bytes all lie from A0 on. */
  readonly label: string;
  /** Byte that goes before those of a character of this set in that decoder. */
  readonly prefix?: number;
};

const single = (label: string): CodeElement => ({ bytes: 1, label });

/** ISO-IR numbers of the defined terms whose characters lie from A0 on (G1). ISO_IR 13's are half-width Katakana. */
const upperSets: Readonly<Record<string, CodeElement | undefined>> = {
  "100": single("iso-8859-1"),
  "101": single("iso-8859-2"),
  "109": single("iso-8859-3"),
  "110": single("iso-8859-4"),
  "144": single("iso-8859-5"),
  "127": single("iso-8859-6"),
  "126": single("iso-8859-7"),
  "138": single("iso-8859-8"),
  "148": single("iso-8859-9"),
  "203": single("iso-8859-15"),
  "166": single("windows-874"),
  "13": single("shift_jis"),
  "149": { bytes: 2, label: "euc-kr" },
  "58": { bytes: 2, label: "gbk" },
};
/** Those whose characters lie up to 7F (G0), two bytes each. */
const kanji: CodeElement = { bytes: 2, label: "euc-jp" };
const supplementaryKanji: CodeElement = { bytes: 2, label: "euc-jp", prefix: 0x8f };

/** Sets that take the whole value, without escape sequences. */
const wholeSets: Readonly<Record<string, string | undefined>> = {
  "ISO_IR 192": "utf-8",
  GB18030: "gb18030",
  GBK: "gbk",
};

/** What follows ESC, and the set that it calls to G0 (undefined for ASCII) or G1 (PS3.3 tables C.12-3 and C.12-4). */
const escapes: Readonly<
  Record<string, { readonly g: 0 | 1; readonly set: CodeElement | undefined } | undefined>
> = {
  "(B": { g: 0, set: undefined },
  "(J": { g: 0, set: undefined },
  $B: { g: 0, set: kanji },
  "$@": { g: 0, set: kanji },
  "$(D": { g: 0, set: supplementaryKanji },
  "-A": { g: 1, set: upperSets["100"] },
  "-B": { g: 1, set: upperSets["101"] },
  "-C": { g: 1, set: upperSets["109"] },
  "-D": { g: 1, set: upperSets["110"] },
  "-L": { g: 1, set: upperSets["144"] },
  "-G": { g: 1, set: upperSets["127"] },
  "-F": { g: 1, set: upperSets["126"] },
  "-H": { g: 1, set: upperSets["138"] },
  "-M": { g: 1, set: upperSets["148"] },
  "-b": { g: 1, set: upperSets["203"] },
  "-T": { g: 1, set: upperSets["166"] },
  ")I": { g: 1, set: upperSets["13"] },
  "$)C": { g: 1, set: upperSets["149"] },
  "$)A": { g: 1, set: upperSets["58"] },
};

const escapeByte = 0x1b;

/** Characters after which the sets of the beginning hold again (PS3.5 6.1.2.5.3): \ ^ = and control characters. */
const delimiters = new Set([0x5c, 0x5e, 0x3d, 0x09, 0x0a, 0x0c, 0x0d]);

/** A term in the spelling of the standard: "ISO-IR 100" and "iso_ir_100" are seen, too. */
function standardTerm(term: string): string {
  const plain = term.trim().toUpperCase();
  const iso = /^ISO[ _-]?(2022[ _-])?IR[ _-]?(\d+)$/.exec(plain);
  if (iso === null) return plain;
  return iso[1] === undefined || iso[2] === "192" ? `ISO_IR ${iso[2]}` : `ISO 2022 IR ${iso[2]}`;
}

const irNumber = (term: string): string => /IR (\d+)$/.exec(standardTerm(term))?.[1] ?? "";

/** A warning where a data set gives terms that are none of the standard's: their bytes are shown by their codes. */
export function characterSetFindings(terms: readonly string[]): Finding[] {
  const unknown = terms.filter((term) => {
    const ir = irNumber(term);
    const known = ["6", "87", "159"].includes(ir) || upperSets[ir] !== undefined;
    return term !== "" && !known && wholeSets[standardTerm(term)] === undefined;
  });
  if (unknown.length === 0) return [];
  const shownTerms = unknown
    .map((term) => (/^[\w ./-]{1,16}$/.test(term) ? term : "a term that is none"))
    .join(", ");
  const message = `The character set (0008,0005) is ${shownTerms}, expected a defined term of PS3.3 C.12.1.1.2: letters beyond ASCII are shown by their codes.`;
  return [finding("warning", "unknown-character-set", message)];
}

/**
 * `terms` are the values of (0008,0005), none for the default repertoire, which is ASCII. `multiline` keeps tabulators and
 * ends of lines, which long texts (ST, LT, UT) may have.
 */
export function decodeCharacters(bytes: Uint8Array, terms: readonly string[], multiline: boolean): string {
  const wholeSet = wholeSets[standardTerm(terms[0] ?? "")];
  const plain = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (plain) return latin1(bytes);
  const decoded = wholeSet === undefined ? decodeByEscapes(bytes, terms) : decodeWhole(bytes, wholeSet);
  // Also those that turn the direction of what follows: a name must not rewrite the line that it stands in.
  return decoded.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    multiline && "\t\n\f\r".includes(character) ? character : shownByte(character.charCodeAt(0)),
  );
}

/**
 * The way back for the sets that this program writes, UTF-8, Latin 1 and ASCII, padded with a space to even length. Undefined
 * where `terms` are others, or have no such characters.
 */
export function encodeCharacters(value: string, terms: readonly string[]): Uint8Array | undefined {
  const codes = Array.from(isUtf8(terms) ? toUtf8(value) : value, (character) => character.charCodeAt(0));
  const isLatin1 = standardTerm(terms[0] ?? "") === "ISO_IR 100";
  const isWritable = (code: number): boolean => code < 0x7f || (isLatin1 && code >= 0xa0 && code <= 0xff);
  if (!isUtf8(terms) && !codes.every(isWritable)) return undefined;
  const padded = new Uint8Array(codes.length + (codes.length % 2)).fill(0x20);
  padded.set(codes);
  return padded;
}

function isUtf8(terms: readonly string[]): boolean {
  return standardTerm(terms[0] ?? "") === "ISO_IR 192";
}

function shownByte(code: number): string {
  return `<${code.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** True if a text holds bytes or control characters that `decodeCharacters` could only show by their code. */
export function hasUndecoded(text: string): boolean {
  return /<(?:[0-9A-F]{2}|20[26][0-9A-F])>/.test(text);
}

function decodeByEscapes(bytes: Uint8Array, terms: readonly string[]): string {
  const firstUpper = terms.map((term) => upperSets[irNumber(term)]).find((set) => set !== undefined);
  const beginning: readonly [CodeElement | undefined, CodeElement | undefined] = [undefined, firstUpper];
  let [lower, upper] = beginning;
  let result = "";
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at];
    const call = byte === escapeByte ? escapeAt(bytes, at) : undefined;
    if (call !== undefined) {
      if (call.g === 0) lower = call.set;
      else upper = call.set;
      at += call.length;
      continue;
    }
    const set = byte >= 0xa0 ? upper : byte > 0x20 && byte < 0x7f ? lower : undefined;
    const character = set === undefined ? undefined : decodeOne(bytes, at, set);
    if (character !== undefined && set !== undefined) {
      result += character;
      at += set.bytes;
      continue;
    }
    if (delimiters.has(byte)) [lower, upper] = beginning;
    result += byte < 0x80 ? String.fromCharCode(byte) : shownByte(byte);
    at++;
  }
  return result;
}

function escapeAt(bytes: Uint8Array, at: number) {
  for (const length of [4, 3]) {
    const codeElement = escapes[latin1(bytes.subarray(at + 1, at + length))];
    if (codeElement !== undefined) return { ...codeElement, length };
  }
  return undefined;
}

/** The character of one set that begins at `at`; undefined if those bytes are none. */
function decodeOne(
  bytes: Uint8Array,
  at: number,
  { bytes: size, label, prefix }: CodeElement,
): string | undefined {
  const code = bytes.subarray(at, at + size);
  const high = code[0] >= 0xa0;
  if (code.length < size || code.some((byte) => byte >= 0x80 !== high || (byte & 0x7f) < 0x20))
    return undefined;
  const moved = Array.from(code, (byte) => byte | 0x80);
  // The decoder of ISO 8859-1 is that of a Windows code page; from A0 on they are one.
  return decodeFatal(Uint8Array.from(prefix === undefined ? moved : [prefix, ...moved]), label);
}

/** Whole values; where they are broken, character by character with the odd bytes shown. */
function decodeWhole(bytes: Uint8Array, label: string): string {
  const all = decodeFatal(bytes, label);
  if (all !== undefined) return all;
  let result = "";
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find(
      (size) => at + size <= bytes.length && decodeFatal(bytes.subarray(at, at + size), label) !== undefined,
    );
    result +=
      length === undefined
        ? shownByte(bytes[at])
        : (decodeFatal(bytes.subarray(at, at + length), label) ?? "");
    at += length ?? 1;
  }
  return result;
}

const decoders = new Map<string, TextDecoder>();

/** Undefined where the bytes are no text of that encoding. */
function decodeFatal(bytes: Uint8Array, label: string): string | undefined {
  const decoder = decoders.get(label) ?? new TextDecoder(label, { fatal: true });
  decoders.set(label, decoder);
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
