/**
 * Texts of a DICOM header for a person to read: bytes by the data set's specific character set (PS3.3 C.12.1.1.2), names
 * as "Family, Given". For showing only: what goes into new objects is copied byte for byte.
 */
import { type DataSet, texts } from "#dicom/dataset/dataset.ts";

/** Defined terms of (0008,0005) and what they are called where text is decoded. */
const encodings: Readonly<Record<string, string | undefined>> = {
  "100": "windows-1252",
  "101": "iso-8859-2",
  "109": "iso-8859-3",
  "110": "iso-8859-4",
  "144": "iso-8859-5",
  "127": "iso-8859-6",
  "126": "iso-8859-7",
  "138": "iso-8859-8",
  "148": "windows-1254",
  "203": "iso-8859-15",
  "13": "shift_jis",
  "166": "windows-874",
  "192": "utf-8",
  "87": "iso-2022-jp",
  "159": "iso-2022-jp",
  "149": "euc-kr",
  "58": "gb18030",
};

/** Empty where the element is absent. Bytes that are no text of the character set become U+FFFD. */
export function decodeText(header: DataSet, tag: string): string {
  const bytes = header.get(tag)?.bytes ?? new Uint8Array(0);
  return new TextDecoder(encodingOf(header))
    .decode(bytes)
    .replace(/[ \0]+$/g, "")
    .trim();
}

/** A person's name: its first group of components that is not empty, family name first. */
export function decodeName(header: DataSet, tag: string): string {
  const groups = decodeText(header, tag).split("=");
  const group = groups.find((candidate) => candidate.replace(/[\^ ]/g, "") !== "") ?? "";
  const [family = "", given = "", middle = ""] = group.split("^").map((part) => part.trim());
  const rest = [given, middle].filter((part) => part !== "").join(" ");
  return [family, rest].filter((part) => part !== "").join(", ");
}

/** Of several character sets the first that is not the default decodes: multi-byte ones hold ASCII as well. */
function encodingOf(header: DataSet): string {
  const terms = texts(header, "00080005").filter((term) => !/^(|ISO_IR 6|ISO 2022 IR 6)$/.test(term));
  if (terms.length === 0) return "windows-1252";
  if (/^(GB18030|GBK)$/.test(terms[0])) return "gb18030";
  return encodings[terms[0].match(/IR (\d+)$/)?.[1] ?? ""] ?? "windows-1252";
}
