/** A patient of an imported cohort from the source files that its file refers to, if those are still what they were. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { CohortPatientFile } from "#contract/cohort-manifest.ts";
import { DelineateError } from "#core/errors.ts";
import { selectRois } from "#dicom/rtstruct/select-rois.ts";
import type { Mask } from "#geometry/mask.ts";
import { type LoadedPatient, uprightPatient } from "#patients/load-patient.ts";
import { joinMasks } from "#patients/masks/load-masks.ts";
import { refuseLoss } from "#patients/masks/refuse-loss.ts";
import { type CaseCt, type CtSource, loadCt, openRois } from "./case-source.ts";

/**
 * The primary tumour where it is among the ROIs that match `roi`, else all that match, joined. Throws `file-not-found`
 * and `file-changed` for sources that moved or changed, `no-such-roi`, and what reading throws.
 */
export async function loadCase(patient: CohortPatientFile, roi: string): Promise<LoadedPatient> {
  const { ct, volume, target } = await loadStoredCase(patient, roi);
  return uprightPatient({ ct, target, volume, findings: [] });
}

/** The same as it is stored: what another program's masks are compared with. */
export async function loadStoredCase(
  patient: CohortPatientFile,
  roi: string,
): Promise<CaseCt & { readonly target: Mask }> {
  await checkSources(patient);
  const positions = chosenRois(patient, roi);
  const path = (file: { readonly path: string }): string => join(patient.root, file.path);
  const { kind, file, labels } = patient.target;
  const loaded = await loadCt(ctSource(patient));
  const opened = await openRois({ kind, file: path(file), labels }, loaded);
  const masks = positions.map((position) => opened.rois[position].mask());
  refuseLoss([...opened.findings, ...masks.flatMap(({ findings }) => findings)], patient.name);
  return { ...loaded, target: joinMasks(masks) };
}

/** The CT alone, as it is stored. Throws as `loadCase`. */
export async function loadCaseCt(patient: CohortPatientFile): Promise<CaseCt> {
  await checkSources(patient);
  return loadCt(ctSource(patient));
}

function ctSource({ name, root, ct }: CohortPatientFile): CtSource {
  const files = ct.files.map(({ path }) => join(root, path));
  if (ct.kind === "nifti") return { kind: "nifti", files };
  if (ct.seriesInstanceUid === undefined)
    throw new DelineateError("bad-cohort", `${name} names no CT series: import again.`);
  return { kind: "dicom", files, seriesInstanceUid: ct.seriesInstanceUid };
}

/** Positions of the ROIs that `roi` means for this patient. */
export function chosenRois(patient: CohortPatientFile, roi: string): number[] {
  const named = patient.rois.map(({ name }, position) => ({ name, position }));
  const matching = selectRois(named, roi, patient.name).map(({ position }) => position);
  const primary = patient.primary.filter((position) => matching.includes(position));
  return primary.length > 0 ? primary : matching;
}

/** Throws `file-not-found` or `file-changed`, naming the cohort's patient and not the source's path. */
async function checkSources(patient: CohortPatientFile): Promise<void> {
  const { name } = patient;
  const { all, missing, changed } = await sourceStates(patient);
  if (missing > 0) {
    throw new DelineateError(
      "file-not-found",
      `${missing} of ${all} source files of ${name} are gone: put them back, or import again from where they are now.`,
    );
  }
  if (changed.length > 0) {
    throw new DelineateError(
      "file-changed",
      `${changed.length} of ${all} source files of ${name} changed since the import: import again, which checks them anew.`,
    );
  }
}

type SourceStates = {
  /** How many there were at the import, and how many of them are gone. */
  readonly all: number;
  readonly missing: number;
  /** Paths, sizes and times of those that are others now. */
  readonly changed: readonly (readonly [path: string, bytes: number, modifiedMs: number])[];
};

/** Whether a patient's source files are all there, and what they were at the import. */
export async function isUnchanged(patient: CohortPatientFile): Promise<boolean> {
  const { missing, changed } = await sourceStates(patient);
  return missing === 0 && changed.length === 0;
}

/** Of a patient's source files, against what they were at the import. */
export async function sourceStates({ root, ct, target }: CohortPatientFile): Promise<SourceStates> {
  const files = [...ct.files, target.file];
  const states = await Promise.all(
    files.map(async ({ path, bytes, modifiedMs }) => {
      const now = await stat(join(root, path)).catch(() => undefined);
      if (now === undefined) return undefined;
      return { path, now, same: now.size === bytes && now.mtimeMs === modifiedMs };
    }),
  );
  return {
    all: files.length,
    missing: states.filter((state) => state === undefined).length,
    changed: states.flatMap((state) =>
      state === undefined || state.same ? [] : [[state.path, state.now.size, state.now.mtimeMs] as const],
    ),
  };
}
