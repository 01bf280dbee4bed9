/** The chosen patients' overlays, from the contours that the test wrote, as pictures that the page embeds. */
import { readFile } from "node:fs/promises";
import type { Spacing } from "#contract/cohort-manifest.ts";
import { masksFromLabels } from "#formats/label-image.ts";
import { readNifti } from "#formats/nifti.ts";
import { placeOnGrid } from "#formats/place-on-grid.ts";
import type { Grid } from "#geometry/grid.ts";
import { countVoxels, fullestSlice, type Mask, volumeCc } from "#geometry/mask.ts";
import type { LoadedPatient } from "#patients/load-patient.ts";
import { drawOverlay, mediastinumWindow } from "#pictures/overlay.ts";
import { targetField } from "#pictures/preview-page.ts";
import { pngDataUri } from "#pictures/run/write-png.ts";
import type { ChosenPatient } from "./choose-pictures.ts";
import type { OverlayPicture } from "./report/experiment-result.ts";
import { sizeText } from "./report/tumour-size.ts";
import { contourPath } from "./test-patients.ts";

/** A third of a printed column at 120 dots an inch: a page of twenty pictures stays below a megabyte. */
const picturePixels = 272;

export async function drawPictures(
  chosen: readonly ChosenPatient[],
  load: (patient: string) => Promise<LoadedPatient>,
  { contours, spacing }: { readonly contours: string; readonly spacing: Spacing },
): Promise<OverlayPicture[]> {
  const pictures: OverlayPicture[] = [];
  for (const { role, group, test } of chosen) {
    const { ct, target } = await load(test.patient);
    const slice = fullestSlice(target) ?? 0;
    // A synthetic thorax of the stress set has its spacing whatever the cohort has.
    const pictureSpacing = group === "stress" ? "known" : spacing;
    const size = sizeText(
      pictureSpacing === "known" ? volumeCc(target) : countVoxels(target),
      pictureSpacing,
    );
    const field = targetField({ ct, reference: target });
    for (const { network, evaluation } of test.networks) {
      const automatic = await readContour(contourPath(contours, network, test.patient), ct.grid);
      const image = drawOverlay({
        ct,
        k: slice,
        window: mediastinumWindow,
        field,
        sizePixels: picturePixels,
        reference: target,
        automatic,
        outlinePixels: 1.6,
        fill: 0.12,
      });
      const { dsc } = evaluation.volume.values;
      const where = { network, patient: test.patient, slice, role, group };
      pictures.push({ ...where, dsc: dsc ?? null, size, source: pngDataUri(image) });
    }
  }
  return pictures;
}

async function readContour(path: string, grid: Grid): Promise<Mask> {
  const { masks } = masksFromLabels(readNifti(await readFile(path)));
  return placeOnGrid(masks[0].mask, grid).mask;
}
