/** The data sets of C-FIND and C-MOVE (DICOM PS3.4 C.2.2.2): keys by which something is asked for, and what a peer answers. */
import { joinBytes } from "#core/bytes.ts";
import { DelineateError } from "#core/errors.ts";
import type { DataSet } from "#dicom/dataset/dataset.ts";
import { textOf } from "#dicom/dataset/named-elements.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { encodeDataSet, fileHeader, transferSyntaxes } from "#dicom/dataset/write-dataset.ts";
import { type Keyword, named } from "#dicom/dictionary.ts";
import { ProtocolFault } from "./byte-reader.ts";
import type { Parts } from "./messages.ts";

/** An empty value asks for the attribute; any other has to match. */
export type Keys = Readonly<Partial<Record<Keyword, string>>>;

/** Every peer takes it (PS3.5 10.1). */
export const identifierSyntax = transferSyntaxes.implicitLittleEndian;

/** A study or series described at length has some hundred bytes. */
const longestIdentifierBytes = 64 * 1024;

/** In implicit VR little endian. Throws `invalid-value`, without the value, which may be of a patient. */
export async function* writeIdentifier(keys: Keys): AsyncGenerator<Uint8Array> {
  const elements = Object.entries(keys).map(([name, value]) => {
    const keyword = name as Keyword;
    if (!/^[\x20-\x5b\x5d-\x7e]{0,64}$/.test(value))
      throw new DelineateError(
        "invalid-value",
        `${named(keyword)} to look for has letters beyond ASCII, a backslash, or more than 64 characters.`,
      );
    return textOf(keyword, value);
  });
  yield encodeDataSet(new Map(elements), false);
}

/** Throws `ProtocolFault` for what is none, or too long. */
export async function readIdentifier(data: Parts): Promise<DataSet> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of data) {
    // An empty one counts as well: nobody sends them without an end.
    bytes += Math.max(part.length, 1);
    if (bytes > longestIdentifierBytes)
      throw new ProtocolFault(`an answer has more than ${longestIdentifierBytes} bytes`);
    parts.push(part);
  }
  const header = fileHeader({ sopClassUid: "", sopInstanceUid: "", transferSyntaxUid: identifierSyntax });
  try {
    return readDicom(joinBytes([header, ...parts]), "an answer").dataSet;
  } catch (cause) {
    throw new ProtocolFault("an answer cannot be read", { cause });
  }
}
