/**
 * The text header of an NRRD file: fields ("name: value"), key/value pairs ("key:=value"), and where the data starts.
 * Source: "Definition of NRRD File Format" (Teem), versions 1 to 5. Not here: what the fields mean (nrrd.ts).
 */
import { DelineateError } from "#core/errors.ts";
import { latin1 } from "#core/latin1.ts";
import { fromUtf8 } from "#core/utf8.ts";

export type NrrdHeader = {
  /** Field names in lower case with single spaces; values trimmed. */
  readonly fields: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<string, string>;
  /** Offset of the attached data. */
  readonly dataOffset: number;
};

/** A header is a page of text; a file without an empty line this far in is none. */
const longestHeader = 1 << 20;

export function looksLikeNrrd(bytes: Uint8Array): boolean {
  return /^NRRD000[1-5]\r?\n/.test(latin1(bytes.subarray(0, 16)));
}

/** Throws `bad-nrrd` if there is no NRRD header, or no end to it. */
export function readNrrdHeader(bytes: Uint8Array): NrrdHeader {
  if (!looksLikeNrrd(bytes))
    throw new DelineateError("bad-nrrd", "Expected an NRRD file, found another one.");
  const head = latin1(bytes.subarray(0, longestHeader));
  const end = /\r?\n\r?\n/.exec(head);
  const detached = /^data ?file:/im.test(head);
  if (end === null && !detached) {
    throw new DelineateError("bad-nrrd", "The header has no end (an empty line): the file is truncated.");
  }
  const fields = new Map<string, string>();
  const keys = new Map<string, string>();
  for (const line of head.slice(0, end?.index).split(/\r?\n/).slice(1)) {
    if (line.startsWith("#")) continue;
    const pair = /^([^:]+):([= ]?)(.*)$/s.exec(line);
    if (pair === null) continue;
    const [, name, separator, value] = pair;
    const isKey = separator === "=";
    const entries = isKey ? keys : fields;
    const key = isKey ? name : name.toLowerCase().replace(/\s+/g, " ").trim();
    // 3D Slicer writes UTF-8; what is none is Latin-1.
    const text = isKey ? (fromUtf8(value.trim()) ?? value.trim()) : value.trim();
    if ((entries.get(key) ?? text) !== text)
      throw new DelineateError(
        "bad-nrrd",
        `The header states "${key}" twice, in two ways, so that it is unknown which holds: save the file again.`,
      );
    entries.set(key, text);
  }
  return { fields, keys, dataOffset: end === null ? bytes.length : end.index + end[0].length };
}
