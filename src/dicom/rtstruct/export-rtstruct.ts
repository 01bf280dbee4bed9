/** Masks to the bytes of an RTSTRUCT that may be delivered: it passed the preflight, and was read back and found equal. */
import { DelineateError } from "#core/errors.ts";
import { checkStructureSet } from "#dicom/check/check-structure-set.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { addToRtstruct } from "./add-to-rtstruct.ts";
import { type Proof, proveRtstruct } from "./prove-export.ts";
import { buildRtstruct, type RtstructRequest } from "./write-rtstruct.ts";

/**
 * A new structure set, or with `addTo` the ROIs beside those of an existing one of the same CT. Throws `value-too-long` and
 * `invalid-value` for names that DICOM does not allow, `export-refused` naming the first rule of the preflight that is broken,
 * and `proof-failed`.
 */
export function exportRtstruct(
  request: RtstructRequest,
  addTo?: { readonly path: string; readonly bytes: Uint8Array },
): { readonly bytes: Uint8Array; readonly proofs: readonly Proof[] } {
  const { ct, rois } = request;
  const dataSet =
    addTo === undefined
      ? buildRtstruct(request)
      : addToRtstruct(readDicom(addTo.bytes, addTo.path).dataSet, request);
  const broken = checkStructureSet(dataSet, ct).find(({ severity }) => severity === "error");
  if (broken !== undefined) {
    throw new DelineateError(
      "export-refused",
      `Not written: ${broken.tagPath}: found ${broken.found}, expected ${broken.expected}. ${broken.remedy}`,
    );
  }
  const bytes = writeDicomFile(dataSet, transferSyntaxes.implicitLittleEndian);
  return { bytes, proofs: proveRtstruct(bytes, ct, rois) };
}
