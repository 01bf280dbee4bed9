/** A mask as the bytes of a file in the format asked for; the preflight rules and the proof stand before every delivery. */
import { DelineateError } from "../core/errors.ts";
import { addToRtstruct } from "../dicom/add-to-rtstruct.ts";
import { checkStructureSet } from "../dicom/check/check-structure-set.ts";
import type { HoleTechnique } from "../dicom/contours-of-mask.ts";
import type { CtVolume } from "../dicom/ct-volume.ts";
import { type Proof, proveRtstruct } from "../dicom/prove-export.ts";
import { readDicom } from "../dicom/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "../dicom/write-dataset.ts";
import { buildRtstruct, type RtstructRequest } from "../dicom/write-rtstruct.ts";
import type { Mask } from "../geometry/mask.ts";

export const maskFormats = ["rtstruct"] as const;
export type MaskFormat = (typeof maskFormats)[number];

export type MaskExport = {
  readonly ct: CtVolume;
  readonly mask: Mask;
  readonly format: MaskFormat;
  readonly roiName: string;
  readonly holes: HoleTechnique;
  readonly addTo: { readonly path: string; readonly bytes: Uint8Array } | undefined;
  /** What made the mask; at most 64 characters. */
  readonly description: string;
  readonly softwareVersion: string;
  readonly writtenAt: Date;
  newUid(): string;
};

export type ExportedMask = { readonly bytes: Uint8Array; readonly proof: readonly Proof[] };

/** Throws `export-refused` naming the first rule that is broken, and `proof-failed`. */
export function encodeMask(request: MaskExport): ExportedMask {
  const { ct, mask, roiName, writtenAt } = request;
  const stamp = writtenAt.toISOString().replace(/[-:]/g, "");
  const rtstruct: RtstructRequest = {
    ct,
    rois: [
      {
        name: roiName,
        mask,
        interpretedType: "GTV",
        algorithm: "AUTOMATIC",
        algorithmDescription: request.description,
        colour: [255, 0, 0],
      },
    ],
    label: "AUTO GTV",
    sopInstanceUid: request.newUid(),
    seriesInstanceUid: request.newUid(),
    date: stamp.slice(0, 8),
    time: stamp.slice(9, 15),
    softwareVersion: request.softwareVersion,
    holes: request.holes,
  };
  const { addTo } = request;
  const dataSet =
    addTo === undefined
      ? buildRtstruct(rtstruct)
      : addToRtstruct(readDicom(addTo.bytes, addTo.path).dataSet, rtstruct);
  const broken = checkStructureSet(dataSet, ct).find(({ severity }) => severity === "error");
  if (broken !== undefined) {
    throw new DelineateError(
      "export-refused",
      `Not written: ${broken.tagPath}: found ${broken.found}, expected ${broken.expected}. ${broken.remedy}`,
    );
  }
  const bytes = writeDicomFile(dataSet, transferSyntaxes.implicitLittleEndian);
  return { bytes, proof: proveRtstruct(bytes, ct, [{ name: roiName, mask }]) };
}
