/** One patient's CT and target mask from a folder that holds both, in DICOM; upright, as all patients of a cohort are. */

import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import { groupSeries } from "#dicom/ct/assemble-ct.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { ctOfSet } from "#dicom/rtstruct/ct-of-set.ts";
import { isStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";
import { turnOf, uprightCt, uprightMask } from "#geometry/upright.ts";
import { ctFramesOf, readCtFromScan } from "./ct/read-ct-folder.ts";
import { drawnOn, joinMasks, type MaskFile, masksOf, openMaskFile } from "./masks/load-masks.ts";
import { scanFolder } from "./scan-folder.ts";

/** What trains, is measured and is shown: upright (geometry/upright.ts), however it is stored. */
export type LoadedPatient = {
  readonly ct: CtImage;
  /** The same CT as it is stored, with its DICOM identity, where it came from DICOM: what a structure set is derived from. */
  readonly volume: CtVolume | undefined;
  /** On the grid of `ct`. */
  readonly target: Mask;
  /** What is odd in CT and contours and was dealt with, `info` left out; none in a patient of an imported cohort, whose import told it. */
  readonly findings: readonly Finding[];
};

/** `target` lies on the stored CT's grid. */
export function uprightPatient<Volume extends CtVolume | undefined>({
  ct,
  target,
  volume,
  findings,
}: LoadedPatient & { readonly volume: Volume }): LoadedPatient & { readonly volume: Volume } {
  const turn = turnOf(ct.grid);
  return { ct: uprightCt(ct, turn), target: uprightMask(target, turn), volume, findings };
}

/** Several ROIs that match `roi` are joined. Throws what reading the CT throws, `no-structure-set`,
 * `several-structure-sets`, and what `masksOf` throws. */
export async function loadPatient(
  path: string,
  roi: string,
): Promise<LoadedPatient & { readonly volume: CtVolume }> {
  const { ct, set } = await loadPatientCt(path);
  const { rois, findings } = masksOf(set, { ct, roi });
  const warnings = [...ct.findings, ...findings].filter(({ severity }) => severity !== "info");
  return uprightPatient({ ct, target: joinMasks(rois), volume: ct, findings: warnings });
}

/** The CT as it is stored, and the structure set that was drawn on it. Throws as `loadPatient`. */
export async function loadPatientCt(
  path: string,
): Promise<{ readonly ct: CtVolume; readonly set: MaskFile }> {
  const scan = await scanFolder(path);
  const sets = scan.files.filter(({ header }) => isStructureSet(header));
  if (sets.length === 0)
    throw new DelineateError("no-structure-set", `${path} holds no RTSTRUCT beside the CT.`);
  if (sets.length > 1) {
    throw new DelineateError(
      "several-structure-sets",
      `${path} holds ${sets.length} structure sets: ${sets.map((set) => set.path).join(", ")}. Keep one.`,
    );
  }
  const set = await openMaskFile(sets[0].path);
  const match = ctOfSet(drawnOn(set), groupSeries(ctFramesOf(scan).frames));
  return { ct: await readCtFromScan(scan, path, { series: match.ct?.seriesInstanceUid }), set };
}
