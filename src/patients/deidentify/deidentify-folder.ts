/** `delineate deidentify`: CTs, structure sets and segmentations of a folder, written anew without what tells whose they are. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { type DataSet, text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeCompressedFile, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { deidentified } from "#dicom/deidentify/deidentify.ts";
import { tags } from "#dicom/dictionary.ts";
import { segmentationStorage } from "#dicom/seg/write-seg.ts";
import { listFiles } from "#platform/list-folder.ts";
import type { Work } from "#platform/work.ts";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import { Key } from "./key-file.ts";

/** What is taken, and how its files are called. */
const taken: Readonly<Record<string, string>> = {
  "1.2.840.10008.5.1.4.1.1.2": "ct",
  "1.2.840.10008.5.1.4.1.1.481.3": "rtstruct",
  [segmentationStorage]: "seg",
};

type Request = {
  readonly source: string;
  readonly out: string;
  /** Made where it is not there. */
  readonly key: string;
};

type Result = {
  readonly patients: number;
  /** By kind: ct, rtstruct, seg. */
  readonly files: Readonly<Record<string, number>>;
  /** What was left out, by name or by number. */
  readonly findings: readonly Finding[];
};

/**
 * Writes OUT/<pseudonym>/<kind>-<series>/<number>.dcm. A file that cannot be read, or whose pixels may name somebody, is left
 * out and named. Throws `file-exists` for an output folder that is there,
 * and what opening the key throws.
 */
export async function deidentifyFolder(request: Request, { progress, signal }: Work): Promise<Result> {
  await refuseExisting(request.out);
  const key = await Key.open(request.key, false);
  // Whatever happens from here on: with the same key the same data comes out again.
  await key.save();
  const { files: paths, findings: unlisted } = await listFiles(request.source);
  const findings: Finding[] = [...unlisted];
  const files: Record<string, number> = {};
  const patients = new Set<string>();
  const left = new Map<string, number>();
  try {
    for (const [at, path] of paths.entries()) {
      if (signal.aborted)
        throw new DelineateError(
          "cancelled",
          `Interrupted: ${request.out} holds what was done by now. Delete it and begin again.`,
        );
      progress.report("de-identifying", at, paths.length);
      const written = await deidentifyFile(path, at + 1, { key, out: request.out }).catch(
        (error: unknown) => {
          if (!(error instanceof DelineateError) || error.code === "file-unwritable") throw error;
          if (error.code === "not-dicom") return { other: "not DICOM" };
          findings.push(finding("warning", error.code, `Left out: ${error.message}`, path));
          return undefined;
        },
      );
      if (written === undefined) continue;
      if ("other" in written) left.set(written.other, (left.get(written.other) ?? 0) + 1);
      else {
        files[written.kind] = (files[written.kind] ?? 0) + 1;
        patients.add(written.patient);
      }
    }
  } finally {
    await key.save();
  }
  progress.report("de-identifying", paths.length, paths.length);
  for (const [modality, count] of left)
    findings.push(finding("info", "left-out", `${count} files were left out: ${modality}.`));
  return { patients: patients.size, files, findings };
}

type Place = { readonly key: Key; readonly out: string };
type Written = { readonly kind: string; readonly patient: string } | { readonly other: string };

/** One that is of no kind that is taken is told by its modality. */
async function deidentifyFile(path: string, number: number, { key, out }: Place): Promise<Written> {
  const object = readDicom(await readFile(path), path);
  const kind = taken[text(object.dataSet, tags.SOPClassUID) ?? ""];
  if (kind === undefined) return { other: text(object.dataSet, tags.Modality) ?? "other objects" };
  const pseudonym = key.pseudonymOf(object.dataSet, path);
  const dataSet = deidentified(object.dataSet, pseudonym, path);
  const series = (text(dataSet, tags.SeriesInstanceUID) ?? "").slice(-8);
  const name = `${String(number).padStart(6, "0")}.dcm`;
  await writeFileAtomic(join(out, pseudonym.name, `${kind}-${series}`, name), encoded(object, dataSet));
  return { kind, patient: pseudonym.name };
}

/** Compressed frames as they were; everything else in implicit VR, in which no value is too long. */
function encoded(
  { compressedFrames, transferSyntaxUid }: ReturnType<typeof readDicom>,
  dataSet: DataSet,
): Uint8Array {
  if (compressedFrames === undefined) return writeDicomFile(dataSet, transferSyntaxes.implicitLittleEndian);
  const header = new Map(dataSet);
  header.delete(tags.PixelData);
  return writeCompressedFile(header, transferSyntaxUid, compressedFrames);
}
