/** One patient's CT and target mask from a folder that holds both, in DICOM; upright, as all patients of a cohort are. */

import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { groupSeries } from "#dicom/ct/assemble-ct.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { ctOfSet } from "#dicom/rtstruct/ct-of-set.ts";
import { rasteriseRoi } from "#dicom/rtstruct/rasterise-roi.ts";
import { isStructureSet, readStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { selectRois } from "#dicom/rtstruct/select-rois.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { turnOf, uprightCt, uprightMask } from "#geometry/upright.ts";
import { checkFrame } from "./load-masks.ts";
import { ctFramesOf, readCtFromScan } from "./read-ct-folder.ts";
import { scanFolder } from "./scan-folder.ts";

/** What trains, is measured and is shown: upright (geometry/upright.ts), however it is stored. */
export type LoadedPatient = {
  readonly ct: CtImage;
  /** The same CT as it is stored, with its DICOM identity, where it came from DICOM: what a structure set is derived from. */
  readonly volume: CtVolume | undefined;
  /** On the grid of `ct`. */
  readonly target: Mask;
};

/** `target` lies on the stored CT's grid. */
export function uprightPatient<Volume extends CtVolume | undefined>(
  ct: CtImage,
  target: Mask,
  volume: Volume,
): LoadedPatient & { readonly volume: Volume } {
  const turn = turnOf(ct.grid);
  return { ct: uprightCt(ct, turn), target: uprightMask(target, turn), volume };
}

/** Several ROIs that match `roi` are joined. Throws what reading the CT throws, `no-structure-set`,
 * `several-structure-sets`, `wrong-frame-of-reference`. */
export async function loadPatient(
  path: string,
  roi: string,
): Promise<LoadedPatient & { readonly volume: CtVolume }> {
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
  const set = readStructureSet(readDicom(await readFile(sets[0].path), sets[0].path).dataSet);
  const match = ctOfSet(set, groupSeries(ctFramesOf(scan).frames));
  const ct = await readCtFromScan(scan, path, { series: match.ct?.seriesInstanceUid });
  const target = emptyMask(ct.grid);
  for (const chosen of selectRois(set.rois, roi, sets[0].path)) {
    checkFrame(chosen.frameOfReferenceUid, ct, sets[0].path);
    const { mask, findings } = rasteriseRoi(chosen, ct.grid, ct.slices);
    // A contour that was left out would make the target smaller than what was drawn.
    const refused = findings.find(({ severity }) => severity === "error");
    if (refused !== undefined) {
      throw new DelineateError("contour-off-slice", `${sets[0].path}: ${refused.where}: ${refused.message}`);
    }
    mask.data.forEach((value, index) => {
      target.data[index] |= value;
    });
  }
  return uprightPatient(ct, target, ct);
}
