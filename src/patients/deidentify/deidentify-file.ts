/** One file de-identified, as bytes: a CT image, a structure set or a segmentation. */
import { DelineateError } from "#core/errors.ts";
import { type DataSet, text } from "#dicom/dataset/dataset.ts";
import { type DicomFile, readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeCompressedFile, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { withoutComments } from "#dicom/deidentify/codestream-comments.ts";
import { deidentified, replacedNames } from "#dicom/deidentify/deidentify.ts";
import { tags } from "#dicom/dictionary.ts";
import { segmentationStorage } from "#dicom/seg/write-seg.ts";
import { readWhole } from "#platform/missing.ts";
import type { Key } from "./key-file.ts";

/** What is taken, and how its files are called. */
const kindByClass: Readonly<Record<string, string>> = {
  "1.2.840.10008.5.1.4.1.1.2": "ct",
  "1.2.840.10008.5.1.4.1.1.481.3": "rtstruct",
  [segmentationStorage]: "seg",
};

type DeidentifiedFile = {
  /** ct, rtstruct or seg. */
  readonly kind: string;
  /** The pseudonym. */
  readonly patient: string;
  /** The new Study Instance UID. */
  readonly study: string;
  /** The end of the new Series Instance UID. */
  readonly series: string;
  /** The new names of structures whose old ones might have said whose they are. */
  readonly renamed: readonly string[];
  readonly bytes: Uint8Array;
};

/**
 * By `key`, which the caller saves. One that is of no kind that is taken is told by its modality. Throws `not-dicom`,
 * `invalid-value` without a Patient ID, `export-refused` where the pixels or what is beside them may name somebody, and what reading throws.
 */
export async function deidentifyFile(
  path: string,
  key: Key,
): Promise<DeidentifiedFile | { readonly other: string }> {
  const object = readDicom(await readWhole(path), path);
  const kind = kindByClass[text(object.dataSet, tags.SOPClassUID) ?? ""];
  if (kind === undefined) return { other: text(object.dataSet, tags.Modality) ?? "other objects" };
  const pseudonym = key.pseudonymOf(object.dataSet, path);
  const dataSet = deidentified(object.dataSet, pseudonym, path);
  const series = (text(dataSet, tags.SeriesInstanceUID) ?? "").slice(-8);
  const study = text(dataSet, tags.StudyInstanceUID) ?? "";
  const compressedFrames = object.compressedFrames?.map((frame) =>
    object.transferSyntaxUid === rleLossless ? frame : cleanFrame(frame, path),
  );
  const bytes = encoded({ ...object, compressedFrames }, dataSet);
  const renamed = replacedNames(object.dataSet, dataSet);
  return { kind, patient: pseudonym.name, study, series, renamed, bytes };
}

/** Its frames hold runs of bytes and nothing else (PS3.5 annex G). */
const rleLossless = "1.2.840.10008.1.2.5";

function cleanFrame(frame: Uint8Array, path: string): Uint8Array {
  const clean = withoutComments(frame);
  if (clean !== undefined) return clean;
  throw new DelineateError(
    "export-refused",
    `${path} has compressed pixels that cannot be looked through for comments, which may say whose image it is. Export it uncompressed.`,
  );
}

/** Folders and name: <pseudonym>, <kind>-<series>, <number>.dcm. */
export function placeOf(
  { kind, patient, series }: DeidentifiedFile,
  number: number,
): [patient: string, folder: string, name: string] {
  return [patient, `${kind}-${series}`, `${String(number).padStart(6, "0")}.dcm`];
}

/** The bytes of `dataSet`, made of `object`: compressed frames as they are, all else in implicit VR, in which no value is too long. */
export function encoded({ compressedFrames, transferSyntaxUid }: DicomFile, dataSet: DataSet): Uint8Array {
  if (compressedFrames === undefined) return writeDicomFile(dataSet, transferSyntaxes.implicitLittleEndian);
  const header = new Map(dataSet);
  header.delete(tags.PixelData);
  return writeCompressedFile(header, transferSyntaxUid, compressedFrames);
}
