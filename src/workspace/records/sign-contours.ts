/**
 * What a signature is of: the log replayed, held to the rules, written as an RTSTRUCT that is proved, and measured. On large CTs
 * it takes seconds, so that it runs on a thread of its own (sign-contours.worker.ts). It writes the version's files apart and knows
 * no database; recording the version is versions.ts.
 */
import { createHash, randomUUID } from "node:crypto";
import type { Version } from "#contract/workspace/case.ts";
import type { Approval } from "#contract/workspace/review.ts";
import { DelineateError } from "#core/errors.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import type { RoiToWrite } from "#dicom/rtstruct/write-rtstruct.ts";
import { whatWasDone } from "#editing/patch/count-edits.ts";
import { type EditLedger, editLedger } from "#editing/patch/ledger.ts";
import { type MaskPatch, replayEdits } from "#editing/patch/mask-patch.ts";
import { addedPathLengthsMm } from "#evaluate/distances/path-metrics.ts";
import type { Grid } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskSlice, uniteMasks, volumeCc } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { readCtReference } from "#patients/ct-store.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import { programVersion } from "#platform/version.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import {
  derivationInWords,
  derivationsOf,
  faultsToSign,
  refuseOutOfDate,
} from "#workspace/reviews/derived-structures.ts";
import { type EditEntry, patchOf, type StructureRow } from "#workspace/reviews/replay.ts";
import { byModel, roisToSign, type SignedStructure } from "#workspace/reviews/signed-rois.ts";
import { notSeen, shownIn, unseenOf } from "#workspace/reviews/unseen-slices.ts";
import { caseFolder, caseFolderAt, readMaskFile, writeVoxelBytes } from "./case-folder.ts";
import { type AutomaticRow, modelOf } from "./case-rows.ts";

type Signing = {
  readonly cases: string;
  readonly caseId: string;
  /** Folder that it writes into, laid out as a case's. */
  readonly attempt: string;
  readonly number: number;
  readonly approvedAt: Date;
  readonly approval: Approval;
  readonly start: Version["start"];
  readonly seenSlices: readonly number[];
  /** The automatic contour that the signed one is compared with. */
  readonly automatic: AutomaticRow | undefined;
  /** Each with the file of the mask that it began with; null for none. */
  readonly structures: readonly { readonly row: StructureRow; readonly beganFile: string | null }[];
  /** Of all structures, in order. */
  readonly edits: readonly EditEntry[];
};

type Signed = Pick<
  Version,
  | "unseenSlices"
  | "faults"
  | "model"
  | "digest"
  | "structures"
  | "slicesTouched"
  | "dscToAutomatic"
  | "addedPathLengthMm"
> & {
  /** Of the structures in the file. */
  readonly structureIds: readonly string[];
  /** Of all GTVs together. */
  readonly volumeCc: number;
  readonly ledger: EditLedger;
};

/**
 * Throws `unseen-slices` (with the slices) and `targets-not-nested` unless there is a reason, `out-of-date`, `nothing-to-sign`,
 * and what writing an RTSTRUCT throws.
 */
export async function signContours(signing: Signing): Promise<Signed> {
  const module = new URL("./sign-contours.worker.ts", import.meta.url);
  const [signed] = await runInWorkers<Signing, Signed>(module, [signing], { workers: 1 });
  return signed;
}

/** On this thread. */
export async function signHere(signing: Signing): Promise<Signed> {
  const { approval, automatic, edits, number } = signing;
  const folder = caseFolder(signing.cases, signing.caseId);
  const ct = await readCtReference(folder.ct);
  const structures = await replayStructures(signing, ct.grid);
  const filledStructures = structures.filter(({ mask }) => mask.data.includes(1));
  if (filledStructures.length === 0)
    throw new DelineateError("nothing-to-sign", "Every structure is empty: there is nothing to sign.");
  const derivations = derivationsOf(structures, edits);
  refuseOutOfDate(derivations);

  const gtvs = structures.filter(({ row }) => row.type === "GTV").map(({ mask }) => mask);
  const gtv = uniteMasks(ct.grid, gtvs);
  const hasGtv = (k: number): boolean => maskSlice(gtv, k).includes(1);
  const shown = shownIn(signing.start, automatic);
  const unseen = unseenOf({ slices: ct.grid.size[2], automatic: shown, hasGtv }, signing.seenSlices);
  if (unseen.length > 0 && approval.unseenReason === null) throw notSeen(unseen);
  const faults = faultsToSign(structures, derivations, approval.faultsReason);

  const model = automatic !== undefined && filledStructures.some(byModel) ? modelOf(automatic) : null;
  const bytes = toRtstruct(ct, roisToSign(filledStructures, derivations, model), signing);
  const written = caseFolderAt(signing.attempt);
  for (const { row, mask } of filledStructures)
    await writeVoxelBytes(written.versionMask(number, row.id), mask.data);
  await writeFileAtomic(written.rtstruct(number), bytes, { force: true });

  const automaticMask =
    automatic && (await readMaskFile(folder.automaticMask(automatic.model_digest), ct.grid));
  const touched = structures.flatMap(({ patches }) => patches.flat()).map(({ k }) => k);
  return {
    unseenSlices: unseen,
    faults,
    model,
    digest: createHash("sha256").update(bytes).digest("hex"),
    structures: filledStructures.map(({ row: { id, name, type, colour }, mask, edits: structureEdits }) => ({
      name,
      type,
      volumeCc: volumeCc(mask),
      colour,
      derivation: derivationInWords(id, derivations),
      done: whatWasDone(structureEdits),
    })),
    ...againstAutomatic(gtv, automaticMask),
    structureIds: filledStructures.map(({ row }) => row.id),
    slicesTouched: new Set(touched).size,
    volumeCc: volumeCc(gtv),
    ledger: editLedger(automaticMask ?? emptyMask(ct.grid), gtv),
  };
}

/** Every structure of the review as its log makes it. */
async function replayStructures(
  { structures, edits }: Signing,
  grid: Grid,
): Promise<(SignedStructure & { readonly patches: readonly MaskPatch[] })[]> {
  const replayed = [];
  for (const { row, beganFile } of structures) {
    const structureEdits = edits.filter(({ structureId }) => structureId === row.id);
    const began = beganFile === null ? undefined : await readMaskFile(beganFile, grid);
    const patches = structureEdits.map((edit) => patchOf(edit, grid));
    const mask = { grid, data: replayEdits((began ?? emptyMask(grid)).data, grid, patches) };
    replayed.push({ row, edits: structureEdits, patches, mask, began });
  }
  return replayed;
}

/** The bytes of the approved file; it was proved. Throws what `exportMasks` throws. */
function toRtstruct(
  ct: CtReference,
  rois: readonly RoiToWrite[],
  { number, approvedAt, approval }: Signing,
): Uint8Array {
  return exportMasks({
    format: "rtstruct",
    ct,
    rois,
    label: `REVIEWED v${number}`,
    holes: "keyhole",
    softwareVersion: programVersion,
    writtenAt: approvedAt,
    uidName: randomUUID(),
    approval: { reviewer: approval.reviewer, version: number },
  }).bytes;
}

/** What correcting the automatic contour came to. Nulls where there is none, or nothing to compare. */
function againstAutomatic(
  gtv: Mask,
  automatic: Mask | undefined,
): Pick<Version, "dscToAutomatic" | "addedPathLengthMm"> {
  if (automatic === undefined) return { dscToAutomatic: null, addedPathLengthMm: null };
  return {
    dscToAutomatic: volumeOverlap(gtv, automatic).dsc,
    addedPathLengthMm: addedPathLengthsMm(gtv, automatic).aplMm,
  };
}
