/** What a signed structure says of its making: untouched, edited or drawn, and by which model (PS3.3 C.8.8.5, ROI Generation). */
import type { Version } from "#contract/workspace/case.ts";
import { editKind } from "#contract/workspace/edit-kinds.ts";
import type { RoiToWrite } from "#dicom/rtstruct/write-rtstruct.ts";
import { type Mask, sameVoxels } from "#geometry/mask.ts";
import { provenance } from "#segment/provenance.ts";
import { type Derivations, derivationInWords } from "./derived-structures.ts";
import type { EditEntry, StructureRow } from "./replay.ts";

export type SignedStructure = {
  readonly row: StructureRow;
  readonly edits: readonly EditEntry[];
  /** What it began with; undefined for nothing. */
  readonly began: Mask | undefined;
  readonly mask: Mask;
};

/**
 * `model`: of the automatic contour. How a structure was derived from others, margin and all, is its ROI Description (PS3.3
 * C.8.8.5, (3006,0028), ST of 1024 characters): ROI Generation Description, with 64, is for the technique.
 */
export function roisToSign(
  structures: readonly SignedStructure[],
  derivations: Derivations,
  model: Version["model"],
): RoiToWrite[] {
  return structures.map((structure) => {
    const { id, name, type, colour } = structure.row;
    return {
      description: derivationInWords(id, derivations) ?? undefined,
      name,
      mask: structure.mask,
      interpretedType: type,
      colour,
      ...makingOf(structure, model),
    };
  });
}

/** Whether the automatic contour, as it was proposed or at another threshold, went into a structure. */
export function byModel({ row, edits }: Pick<SignedStructure, "row" | "edits">): boolean {
  return row.began_with !== null || edits.some(({ kind }) => kind === "threshold");
}

function makingOf(
  structure: SignedStructure,
  model: Version["model"],
): Pick<RoiToWrite, "algorithm" | "algorithmDescription"> {
  const { began, mask, edits } = structure;
  if (byModel(structure) && model !== null) {
    return began !== undefined && sameVoxels(mask, began)
      ? { algorithm: "AUTOMATIC", algorithmDescription: provenance(model) }
      : { algorithm: "SEMIAUTOMATIC", algorithmDescription: provenance(model, ", edited") };
  }
  // Whoever drew it first, and how, is the structure set's to say that it came with.
  if (edits.some(({ kind }) => kind === "copy-structure"))
    return {
      algorithm: "SEMIAUTOMATIC",
      algorithmDescription: "copied from an imported structure in Delineate",
    };
  return edits.some(({ kind }) => editKind(kind).by === "computed")
    ? { algorithm: "SEMIAUTOMATIC", algorithmDescription: "drawn with computed steps in Delineate" }
    : { algorithm: "MANUAL", algorithmDescription: "drawn by hand in Delineate" };
}
