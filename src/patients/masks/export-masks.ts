/**
 * Masks on a CT's grid to the bytes of one file: RTSTRUCT, DICOM SEG, NIfTI or NRRD. Whatever the format, the bytes are
 * read back and compared voxel by voxel before they are handed out, and an RTSTRUCT must pass the preflight. Writing to
 * disk is the caller's.
 */
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { dicomDateTime } from "#dicom/dataset/date-time.ts";
import { createUid } from "#dicom/dataset/uid.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import type { HoleTechnique } from "#dicom/rtstruct/contours-of-mask.ts";
import { exportRtstruct } from "#dicom/rtstruct/export-rtstruct.ts";
import { type Proof, proofFailed, proveMask } from "#dicom/rtstruct/prove-export.ts";
import type { Approval, RoiToWrite } from "#dicom/rtstruct/write-rtstruct.ts";
import { proveSegmentation } from "#dicom/seg/prove-seg.ts";
import { buildSegmentation } from "#dicom/seg/write-seg.ts";
import { masksFromLabels, type NamedMask } from "#formats/label-image.ts";
import type { Lattice } from "#formats/lattice.ts";
import { readNifti, writeNifti } from "#formats/nifti.ts";
import { readNrrd, writeNrrd } from "#formats/nrrd.ts";
import { placeOnGrid } from "#formats/place-on-grid.ts";
import type { MaskFormat } from "./mask-formats.ts";

type ExportRequest = {
  readonly format: MaskFormat;
  /** Needed by the DICOM formats. */
  readonly ct: CtReference | undefined;
  /** DICOM formats hold several; NIfTI and NRRD exactly one. */
  readonly rois: readonly RoiToWrite[];
  /** Structure set label or content label: at most 16 characters, for SEG upper case. */
  readonly label: string;
  readonly holes: HoleTechnique;
  readonly softwareVersion: string;
  readonly writtenAt: Date;
  /** An RTSTRUCT of this CT that the ROIs are added to; the result is a new object. RTSTRUCT only. */
  readonly addTo?: { readonly path: string; readonly bytes: Uint8Array } | undefined;
  /** What the new UIDs derive from: unique to this export, such as a random UUID. */
  readonly uidName: string;
  /** Who signed them. A new RTSTRUCT only; without it the ROIs are unapproved. */
  readonly approval?: Approval | undefined;
  /** Of NIfTI and NRRD only: where the voxels of the image lie that the CT was made of. The file's are the same. */
  readonly lattice?: Lattice | undefined;
  /** Of NIfTI only: false for a plain .nii file. */
  readonly gzip?: boolean;
};

export type ExportedMasks = {
  readonly bytes: Uint8Array;
  readonly proofs: readonly Proof[];
  /** Of severity warning: errors of a set that was added to, which were carried over with its ROIs; a name that the format has no room for. */
  readonly findings: readonly Finding[];
};

/**
 * Throws `no-ct` for DICOM without a CT, `several-rois` where the format holds one, `value-too-long` and `invalid-value`
 * for names that DICOM does not allow, `export-refused` naming the first rule of the preflight that is broken, `usage` for
 * `addTo` in another format, and `proof-failed`.
 */
export function exportMasks(request: ExportRequest): ExportedMasks {
  const { format, rois, addTo } = request;
  if (addTo !== undefined && format !== "rtstruct") {
    throw new DelineateError(
      "usage",
      "ROIs can be added to an RTSTRUCT only: leave out --add-to, or --format.",
    );
  }
  if (format === "nifti" || format === "nrrd") {
    if (rois.length !== 1) {
      throw new DelineateError(
        "several-rois",
        `A file of this format holds one mask, and there are ${rois.length}: ${rois.map(({ name }) => name).join(", ")}. Choose with --roi.`,
      );
    }
    const [roi] = rois;
    const { lattice, gzip = true } = request;
    const bytes = format === "nrrd" ? writeNrrd(roi, lattice) : writeNifti(roi, { gzip, lattice });
    const [image] = format === "nrrd" ? readNrrd(bytes) : [readNifti(bytes)];
    const [back] = masksFromLabels(image).masks;
    return { bytes, proofs: [prove(roi, back)], findings: nameLost(roi.name, back.name) };
  }
  const { ct } = request;
  if (ct === undefined) {
    throw new DelineateError(
      "no-ct",
      "An RTSTRUCT or a DICOM SEG refers to its CT: name its folder with --ct.",
    );
  }
  const identified = {
    ct,
    rois,
    label: request.label,
    softwareVersion: request.softwareVersion,
    sopInstanceUid: createUid(`${request.uidName}/instance`),
    seriesInstanceUid: createUid(`${request.uidName}/series`),
    ...dicomDateTime(request.writtenAt),
  };
  if (format === "rtstruct")
    return exportRtstruct({ ...identified, holes: request.holes, approval: request.approval }, addTo);
  const bytes = writeDicomFile(buildSegmentation(identified), transferSyntaxes.explicitLittleEndian);
  return { bytes, proofs: proveSegmentation(bytes, ct, rois), findings: [] };
}

/** NIfTI has room for 15 ASCII characters. */
function nameLost(name: string, nameInFile: string): Finding[] {
  if (name === nameInFile) return [];
  const message = `The file has no room for the name ${name}: read again its mask is "${nameInFile}". Choose a shorter one in ASCII, or another format.`;
  return [finding("warning", "name-lost", message)];
}

/** Throws `proof-failed`, also for a mask that comes back beside its own voxels. */
function prove({ name, mask }: NamedMask, back: NamedMask): Proof {
  const placed = placeOnGrid(back.mask, mask.grid);
  const [odd] = placed.findings;
  if (odd !== undefined) throw proofFailed(name, odd.message);
  return proveMask(name, mask, placed.mask);
}
