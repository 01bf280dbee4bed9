/**
 * A case's source files as a CT and its ROIs, for the import that checks them and for every later use of the cohort: a DICOM
 * series with an RTSTRUCT or SEG, or a research image with a label image. ROIs are made into masks one at a time.
 */
import type { LabelNames } from "#contract/cohort-manifest.ts";
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { ctFromImage } from "#formats/ct-from-image.ts";
import { isGzip } from "#formats/gzip.ts";
import { type LabelImage, masksFromLabels } from "#formats/label-image.ts";
import type { Lattice } from "#formats/lattice.ts";
import { readNifti } from "#formats/nifti.ts";
import { looksLikeNifti } from "#formats/nifti-header.ts";
import { readNrrd } from "#formats/nrrd.ts";
import { looksLikeNrrd } from "#formats/nrrd-header.ts";
import { placeOnGrid } from "#formats/place-on-grid.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { uniteMasks } from "#geometry/mask.ts";
import { readCtFiles } from "#patients/ct/read-ct-folder.ts";
import { type OpenedRoi, openMaskFile, openRois as openRoisOfFile } from "#patients/masks/load-masks.ts";
import { readWhole } from "#platform/missing.ts";

export type CtSource =
  | { readonly kind: "dicom"; readonly files: readonly string[]; readonly seriesInstanceUid: string }
  | { readonly kind: "nifti"; readonly files: readonly string[] };

export type TargetSource = {
  readonly kind: "rtstruct" | "seg" | "labels";
  readonly file: string;
  readonly labels?: LabelNames | undefined;
};

export type SourceRoi = Pick<OpenedRoi, "name" | "contours" | "mask">;

export type CaseCt = {
  readonly ct: CtImage;
  /** Of DICOM: what a structure set refers to. */
  readonly volume: CtVolume | undefined;
  /** Of a research image: where its own voxels lie. */
  readonly lattice?: Lattice;
  readonly findings: readonly Finding[];
};

/** Throws what reading the CT throws. */
export async function loadCt(source: CtSource): Promise<CaseCt> {
  if (source.kind === "dicom") {
    const volume = await readCtFiles(source.files, source.seriesInstanceUid);
    return { ct: volume, volume, findings: volume.findings };
  }
  const [path] = source.files;
  const image = await readImage(path);
  const { ct, findings } = ctFromImage(image);
  const { size, stepsMm, origin } = image;
  return { ct, volume: undefined, lattice: { size, stepsMm, origin }, findings };
}

/** The ROIs in the file's order. Throws what reading the file throws, and `wrong-frame-of-reference`. */
export async function openRois(
  source: TargetSource,
  { ct, volume }: CaseCt,
): Promise<{ readonly rois: readonly SourceRoi[]; readonly findings: readonly Finding[] }> {
  if (source.kind === "labels") return labelRois(source, ct);
  const opened = await openMaskFile(source.file);
  if (volume === undefined || (opened.format !== "rtstruct" && opened.format !== "seg")) {
    throw new DelineateError("unknown-format", `${source.file} is no RTSTRUCT and no DICOM SEG any more.`);
  }
  return openRoisOfFile(opened, { ct: volume });
}

async function labelRois(source: TargetSource, ct: CtImage) {
  const { masks, findings } = masksFromLabels(await readImage(source.file));
  const rois = (source.labels ?? []).map(({ name, values }): SourceRoi => {
    const mask = () => {
      const placed = masks
        .filter(({ value }) => values.includes(value))
        .map(({ mask: part }) => placeOnGrid(part, ct.grid));
      return {
        mask: uniteMasks(
          ct.grid,
          placed.map(({ mask: part }) => part),
        ),
        findings: placed.flatMap(({ findings: notes }) => notes),
      };
    };
    return { name, contours: 0, mask };
  });
  return { rois, findings };
}

/** Throws `file-not-found`, `unknown-format`, and what reading the format throws. */
async function readImage(path: string): Promise<LabelImage> {
  const bytes = await readWhole(path);
  if (looksLikeNrrd(bytes)) {
    const [image, ...more] = readNrrd(bytes);
    if (more.length === 0) return image;
    throw new DelineateError(
      "bad-nrrd",
      `${path} holds ${more.length + 1} volumes or layers, of which only one can be used: save that one alone.`,
    );
  }
  if (isGzip(bytes) || looksLikeNifti(bytes)) return readNifti(bytes);
  throw new DelineateError("unknown-format", `${path} is neither NIfTI (.nii, .nii.gz) nor NRRD.`);
}
