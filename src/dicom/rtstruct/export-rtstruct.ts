/** Masks to the bytes of an RTSTRUCT that may be delivered: it passed the preflight, and was read back and found equal. */
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { checkStructureSet, errorsOfAddition } from "#dicom/check/check-structure-set.ts";
import type { Violation } from "#dicom/check/rule.ts";
import { type DataSet, text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { named, tags } from "#dicom/dictionary.ts";
import { addToRtstruct } from "./add-to-rtstruct.ts";
import { type Proof, proveRtstruct } from "./prove-export.ts";
import { buildRtstruct, type RtstructRequest } from "./write-rtstruct.ts";

type ExportedRtstruct = {
  readonly bytes: Uint8Array;
  readonly proofs: readonly Proof[];
  /** Of severity warning: what is wrong with the ROIs that `addTo` had, which were carried over as they are, and what a person had said of them. */
  readonly findings: readonly Finding[];
};

/**
 * A new structure set, or with `addTo` the ROIs beside those of an existing one of the same CT. Throws `value-too-long` and
 * `invalid-value` for names that DICOM does not allow, `export-refused` naming the first rule of the preflight that is broken
 * (of an existing set not those about what it holds), and `proof-failed`.
 */
export function exportRtstruct(
  request: RtstructRequest,
  addTo?: { readonly path: string; readonly bytes: Uint8Array },
): ExportedRtstruct {
  const { ct, rois } = request;
  const { dataSet, refusing, findings } =
    addTo === undefined ? newSet(request) : setWith(request, readDicom(addTo.bytes, addTo.path).dataSet);
  if (refusing.length > 0) {
    const [broken] = refusing;
    throw new DelineateError(
      "export-refused",
      `Not written: ${broken.tagPath}: found ${broken.found}, expected ${broken.expected}. ${broken.remedy}`,
    );
  }
  const bytes = writeDicomFile(dataSet, transferSyntaxes.implicitLittleEndian);
  return { bytes, proofs: proveRtstruct(bytes, ct, rois), findings };
}

type CheckedSet = {
  readonly dataSet: DataSet;
  readonly refusing: readonly Violation[];
  readonly findings: readonly Finding[];
};

function newSet(request: RtstructRequest): CheckedSet {
  const dataSet = buildRtstruct(request);
  const refusing = checkStructureSet(dataSet, request.ct).filter(({ severity }) => severity === "error");
  return { dataSet, refusing, findings: [] };
}

function setWith(request: RtstructRequest, existing: DataSet): CheckedSet {
  const { set, added } = addToRtstruct(existing, request);
  const { refusing, carriedOver } = errorsOfAddition(set, { existing, added, ct: request.ct });
  return { dataSet: set, refusing, findings: [...reviewDropped(existing), ...toldOnce(carriedOver)] };
}

/** The new set says UNAPPROVED: what a person said of the one that was added to stands in that alone. */
function reviewDropped(existing: DataSet): Finding[] {
  const status = text(existing, tags.ApprovalStatus);
  if (status !== "APPROVED" && status !== "REJECTED") return [];
  const what = status === "REJECTED" ? "rejected" : "approved";
  const message = `The set that was added to was ${what} by a person (${status}). Its contours were carried over, and the new set is UNAPPROVED: review all of it.`;
  return [finding("warning", "review-dropped", message, named("ApprovalStatus"))];
}

/** One finding of each rule: a couch beside the images breaks it on every slice. */
function toldOnce(carriedOver: readonly Violation[]): Finding[] {
  return [...new Set(carriedOver.map(({ rule }) => rule))].map((rule) => {
    const [{ tagPath, found, expected }, ...others] = carriedOver.filter((item) => item.rule === rule);
    const more = others.length === 0 ? "" : ` There are ${others.length} more like it.`;
    const message = `The set that was added to has an error of its own, carried over as it is: found ${found}, expected ${expected}.${more}`;
    return finding("warning", `preflight-${rule}`, message, tagPath);
  });
}
