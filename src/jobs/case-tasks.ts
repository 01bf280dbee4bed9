/**
 * The two heavy tasks on a case, as they run in the process that does nothing else (task-process.ts): preparing its CT and
 * contouring it. They read and write the case's folder and know no database; all files are whole or not there, and doing a
 * task again gives the same files.
 */
import { join, sep } from "node:path";
import { DelineateError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import type { Progress } from "../core/progress.ts";
import type { CtVolume } from "../dicom/ct-volume.ts";
import { countVoxels, volumeCc } from "../geometry/mask.ts";
import { readCtStore, writeCtStore } from "../node/ct-store.ts";
import { loadModel } from "../node/load-model.ts";
import { readCtFromScan } from "../node/read-ct-folder.ts";
import { listFiles, scanFolder } from "../node/scan-folder.ts";
import { uncertaintyProfile } from "../segment/uncertainty.ts";
import { contourCt } from "../workflows/contour-ct.ts";
import { type LoadedRoi, loadRoiMasks } from "../workflows/load-masks.ts";
import { type CaseFolder, caseFolder, writeVoxelBytes } from "./case-folder.ts";
import { type PlainGrid, plainGrid } from "./plain-grid.ts";

type Place = { readonly cases: string; readonly caseId: string };
export type PrepareTask = Place & { readonly kind: "prepare"; readonly seriesUid: string };
export type SegmentTask = Place & { readonly kind: "segment"; readonly model: string };

export type Prepared = {
  readonly grid: PlainGrid;
  readonly findings: readonly string[];
  readonly imported: readonly { readonly label: string; readonly volumeCc: number }[];
};

export type Segmented = {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly gtvVoxels: readonly number[];
  readonly uncertainVoxels: readonly number[];
  readonly msPerSlice: number;
  readonly volumeCc: number;
};

/** Of structure sets with every organ the first that may be a target are enough. */
const mostImported = 60;

/** The compact CT and the imported masks. Throws what reading the CT throws; a mask file that is refused is a finding. */
export async function prepareCase(task: PrepareTask, progress: Progress): Promise<Prepared> {
  const folder = caseFolder(task.cases, task.caseId);
  const scan = await scanFolder(folder.dicom);
  const ct = await readCtFromScan(scan, folder.dicom, { series: task.seriesUid, progress }).catch(
    (error: unknown) => {
      if (!(error instanceof DelineateError)) throw error;
      const message = error.message.replaceAll(join(folder.dicom, sep), "image ");
      throw new DelineateError(error.code, message, { cause: error });
    },
  );
  await writeCtStore(folder.ct, ct);
  const findings = sentences(ct.findings);
  const imported: Prepared["imported"][number][] = [];
  for (const { label, mask } of await loadImported(folder, ct, findings)) {
    await writeVoxelBytes(folder.importedMask(imported.length), mask.data);
    imported.push({ label, volumeCc: volumeCc(mask) });
  }
  return { grid: plainGrid(ct.grid), findings, imported };
}

async function loadImported(
  { maskFiles }: CaseFolder,
  ct: CtVolume,
  findings: string[],
): Promise<{ readonly label: string; readonly mask: LoadedRoi["mask"] }[]> {
  const paths = await listFiles(maskFiles).catch(() => []);
  const loaded: LoadedRoi[] = [];
  for (const path of paths) {
    try {
      const masks = await loadRoiMasks(path, { ct });
      loaded.push(...masks.rois.filter(({ mask }) => countVoxels(mask) > 0));
      findings.push(...sentences(masks.findings.filter(({ severity }) => severity !== "info")));
    } catch (error) {
      if (!(error instanceof DelineateError)) throw error;
      findings.push(`A structure set was left out: ${error.message.replaceAll(path, "it")}`);
    }
  }
  const mayBeTarget = ({ name, interpretedType }: LoadedRoi): boolean =>
    /gtv|tumou?r|lesion/i.test(name) || interpretedType === "GTV";
  const ordered = [...loaded.filter(mayBeTarget), ...loaded.filter((roi) => !mayBeTarget(roi))];
  return ordered
    .slice(0, mostImported)
    .map(({ name, mask }) => ({ label: `${name.trim() || "unnamed"}, imported`, mask }));
}

/** Each sentence once: a hundred slices with the same finding say it a hundred times. */
function sentences(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ message }) => message))];
}

/** Confidence and mask by a model. Throws `bad-model` and the like. */
export async function segmentCase(task: SegmentTask, progress: Progress): Promise<Segmented> {
  const folder = caseFolder(task.cases, task.caseId);
  const ct = await readCtStore(folder.ct);
  const model = await loadModel(task.model);
  try {
    const { confidence, mask, msPerSlice } = await contourCt(ct, model, { cleanUp: "largest", progress });
    const { name, version, digest } = model;
    await writeVoxelBytes(folder.confidence(digest), confidence.data);
    await writeVoxelBytes(folder.automaticMask(digest), mask.data);
    const profile = uncertaintyProfile(confidence, mask);
    return { name, version, digest, ...profile, msPerSlice, volumeCc: volumeCc(mask) };
  } finally {
    await model.dispose();
  }
}
