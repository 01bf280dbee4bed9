/** What became of every file of an upload that is no slice of a new case, in sentences: nothing is left out in silence. */

import { counted } from "#core/counted.ts";
import type { Finding } from "#core/findings.ts";
import { type DataSet, sequence, text } from "#dicom/dataset/dataset.ts";
import type { ObjectSummary } from "#dicom/dataset/summarise-object.ts";
import { tags } from "#dicom/dictionary.ts";
import { isStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { isSegmentation } from "#dicom/seg/read-seg.ts";
import { decodeText } from "#patients/decode-text.ts";
import type { FolderScan } from "#patients/scan-folder.ts";

/** The directory of a medium (PS3.10): it holds nothing of its own. */
const mediaDirectory = "1.2.840.10008.1.3.10";

/** What modalities are called (PS3.3 C.7.3.1.1.1), where the letters do not say it to everyone. */
const modalityNames: Readonly<Record<string, string>> = {
  PT: "PET",
  MR: "MR",
  CR: "X-ray",
  DX: "X-ray",
  REG: "registration",
  SR: "report",
};

export type LeftOut = {
  /** Every kind of file that was left out, with its number. */
  readonly sentences: readonly string[];
  /** Sentences on what may be slices of the CTs that were taken. */
  readonly doubts: readonly string[];
};

/**
 * Of a scan: damaged files, CT images without a place, objects of other modalities, files that are no DICOM. `skipped`: why each
 * file that is no slice is none (ct-frames.ts).
 */
export function leftOutOf(scan: FolderScan, skipped: readonly Finding[]): LeftOut {
  const known = new Set(scan.files.map(({ path }) => path));
  const damaged = new Set(
    scan.findings.flatMap(({ where }) => (where === undefined || known.has(where) ? [] : where)),
  );
  const reasons = new Map(skipped.map(({ where, code }) => [where, code]));
  const otherKinds = new Map<string, number>();
  let placeless = 0;
  for (const { header, path } of scan.files) {
    const kind = kindOf(header, reasons.get(path));
    if (kind === "placeless") placeless++;
    else if (kind !== undefined) otherKinds.set(kind, (otherKinds.get(kind) ?? 0) + 1);
  }
  const doubts: string[] = [];
  if (damaged.size > 0)
    doubts.push(`${counted(damaged.size, "damaged file was", "damaged files were")} left out.`);
  if (placeless > 0)
    doubts.push(`${counted(placeless, "CT image", "CT images")} without position or identity left out.`);
  const sentences = [...doubts];
  if (otherKinds.size > 0) {
    const kinds = [...otherKinds].sort((a, b) => b[1] - a[1]).map(([kind, number]) => `${number} ${kind}`);
    sentences.push(
      `Left out, since only planning CTs and their structure sets are taken: ${kinds.join(", ")}.`,
    );
  }
  if (scan.otherFiles.length > 0)
    sentences.push(
      `${counted(scan.otherFiles.length, "file that is no DICOM was", "files that are no DICOM were")} left out.`,
    );
  return { sentences, doubts };
}

/** What a file that is left out is called behind a number, as in "3 PET"; undefined for what is taken, or says nothing. `reason`: why it is no slice. */
function kindOf(header: DataSet, reason: string | undefined): string | undefined {
  if (text(header, tags.SOPClassUID) === mediaDirectory) return undefined;
  if (reason === undefined || isStructureSet(header) || isSegmentation(header)) return undefined;
  if (reason === "incomplete-header") return "placeless";
  if (reason === "scout") return "CT scout";
  const modality = (text(header, tags.Modality) ?? "").replace(/[^A-Z0-9]/g, "") || "without modality";
  return modalityNames[modality] ?? modality;
}

/** "Structure set "Plan 1" with 5 ROIs"; a label is only shown to the person who brought the file. */
export function nameOfSet(header: DataSet, { kind }: Pick<ObjectSummary, "kind">): string {
  const isSet = kind === "rtstruct";
  const label = decodeText(header, isSet ? tags.StructureSetLabel : tags.ContentLabel);
  const rois = sequence(header, isSet ? tags.StructureSetROISequence : tags.SegmentSequence).length;
  const parts = isSet ? counted(rois, "ROI") : counted(rois, "segment");
  return `${isSet ? "Structure set" : "Segmentation"} ${label === "" ? "without a label" : `"${label}"`} with ${parts}`;
}
