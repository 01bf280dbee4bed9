/** `delineate convert`: masks from one format to another, on the CT's grid where there is a CT. */
import { randomUUID } from "node:crypto";
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import type { HoleTechnique } from "#dicom/rtstruct/contours-of-mask.ts";
import type { Proof } from "#dicom/rtstruct/prove-export.ts";
import { generationAlgorithms, type RoiToWrite } from "#dicom/rtstruct/write-rtstruct.ts";
import { targetLevel } from "#geometry/margins/target-checks.ts";
import { startRun, writeRecorded } from "#platform/run-record.ts";
import { programVersion } from "#platform/version.ts";
import { refuseExisting } from "#platform/write-file.ts";
import { findCt } from "./find-ct.ts";
import { exportMasks } from "./masks/export-masks.ts";
import { type LoadedRoi, masksOf, openMaskFile } from "./masks/load-masks.ts";
import { formatOfName, type MaskFormat } from "./masks/mask-formats.ts";
import { findMaskFile } from "./pair-patients.ts";

export type ConvertRequest = {
  readonly input: string;
  readonly output: string;
  /** By the output's ending if absent. */
  readonly format?: MaskFormat | undefined;
  readonly ct?: string | undefined;
  readonly series?: string | undefined;
  /** Name or regular expression; all ROIs if absent. */
  readonly roi?: string | undefined;
  /** New name of the one ROI. */
  readonly name?: string | undefined;
  readonly holes: HoleTechnique;
  readonly resample: boolean;
  readonly force: boolean;
};

type ConvertResult = {
  readonly output: string;
  readonly format: MaskFormat;
  readonly proofs: readonly Proof[];
  readonly findings: readonly Finding[];
};

/** A GTV without a colour of its own is red, as in planning systems. */
const defaultColour = [255, 0, 0] as const;

/**
 * Throws `file-exists` without `force`, and what opening, placing, writing and proving throw: a contour that cannot be taken
 * its own code.
 */
export async function convertMasks(
  request: ConvertRequest,
  progress: Progress = silentProgress,
): Promise<ConvertResult> {
  const clock = startRun();
  const format = request.format ?? formatOfName(request.output);
  await refuseExisting(request.output, request);
  const input = await openMaskFile(await findMaskFile(request.input));
  const needsCt = input.format === "rtstruct" || format === "rtstruct" || format === "seg";
  const ct: CtVolume | undefined =
    needsCt || request.ct !== undefined
      ? await findCt(input, request.ct, { progress, series: request.series })
      : undefined;
  const { rois, findings: findingsOfInput } = masksOf(input, {
    ct,
    roi: request.roi,
    resample: request.resample,
  });
  if (request.name !== undefined && rois.length !== 1) {
    const names = rois.map(({ name }) => name).join(", ");
    throw new DelineateError(
      "several-rois",
      `--name renames one ROI, and there are ${rois.length}: ${names}.`,
    );
  }
  const written = rois.map((roi) => roiToWrite({ ...roi, name: request.name ?? roi.name }, input.format));
  const exported = exportMasks({
    format,
    ct,
    rois: written,
    label: "CONVERTED",
    holes: request.holes,
    softwareVersion: programVersion,
    writtenAt: clock.startedAt,
    uidName: randomUUID(),
    gzip: !request.output.toLowerCase().endsWith(".nii"),
  });
  const { bytes, proofs } = exported;
  const findings = [...findingsOfInput, ...exported.findings];
  const record = clock.record({
    verb: "convert",
    options: { ...request },
    inputUids: ct === undefined ? [] : [ct.seriesInstanceUid],
    findings,
    outputs: [request.output],
    results: { proofs },
  });
  await writeRecorded(request.output, bytes, record, request);
  return { output: request.output, format, proofs, findings };
}

function roiToWrite(roi: LoadedRoi, from: MaskFormat): RoiToWrite {
  return {
    name: roi.name,
    mask: roi.mask,
    // What the file states, whatever the name says: a ring of type CONTROL called PTV_RING is no target.
    interpretedType: roi.interpretedType.toUpperCase() || (targetLevel(roi.name) ?? ""),
    // Of unknown origin counts as automatic: nobody has vouched for it.
    algorithm: generationAlgorithms.find((algorithm) => algorithm === roi.algorithm) ?? "AUTOMATIC",
    algorithmDescription: `Delineate convert, from ${from}`,
    colour: roi.colour ?? defaultColour,
  };
}
