/** What the DICOM files of a folder are, by their headers. */
import type { Finding } from "#core/findings.ts";
import { type CtFrame, readCtHeader } from "#dicom/ct/ct-frames.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { isStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { isSegmentation } from "#dicom/seg/read-seg.ts";
import { isResearchImage } from "#patients/ct/begin-ct.ts";
import { type ScannedFile, scanEach } from "#patients/scan-folder.ts";

type Contents = {
  readonly dicomFiles: number;
  /** Neither DICOM nor among the image files. */
  readonly otherFiles: number;
  /** Number of objects that are neither CT nor below, by modality. */
  readonly others: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  /** Each with the header of its series' first file. */
  readonly frames: readonly CtFrame[];
  /** Paths of the structure sets. */
  readonly sets: readonly string[];
  /** Paths of the segmentations. */
  readonly segmentations: readonly string[];
  /** Paths of NIfTI and NRRD files by their names: none that is DICOM, or of which a finding says that it cannot be read. */
  readonly imageFiles: readonly string[];
  /** Of each CT series, by its UID. */
  readonly firstFiles: ReadonlyMap<string, ScannedFile>;
};

/** Of an archive's files only what the report is made of is kept: one header per CT series. */
export async function contentsOf(path: string, options: Parameters<typeof scanEach>[2]): Promise<Contents> {
  const frames: CtFrame[] = [];
  const sets: string[] = [];
  const segmentations: string[] = [];
  const firstFiles = new Map<string, ScannedFile>();
  const others: Record<string, number> = {};
  const skipped: Finding[] = [];
  let dicomFiles = 0;
  const scan = await scanEach(
    path,
    (file) => {
      dicomFiles++;
      const reading = readCtHeader(file.header, file.path);
      for (const frame of reading.kind === "ct" ? reading.frames : []) {
        const first = firstFiles.get(frame.seriesInstanceUid) ?? file;
        firstFiles.set(frame.seriesInstanceUid, first);
        frames.push({ ...frame, header: first.header });
      }
      if (reading.kind === "ct") return;
      if (reading.finding.severity !== "info") skipped.push(reading.finding);
      const modality = text(file.header, tags.Modality) ?? "unknown";
      if (isStructureSet(file.header)) sets.push(file.path);
      else if (isSegmentation(file.header)) segmentations.push(file.path);
      else others[modality] = (others[modality] ?? 0) + 1;
    },
    options,
  );
  const imageFiles = scan.otherFiles.filter(isResearchImage);
  const findings = [...scan.findings, ...skipped];
  return {
    frames,
    sets,
    segmentations,
    imageFiles,
    firstFiles,
    others,
    dicomFiles,
    otherFiles: scan.otherFiles.length - imageFiles.length,
    findings,
  };
}
