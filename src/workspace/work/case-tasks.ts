/**
 * The heavy tasks on a case, as they run in the process that does nothing else (task-process.worker.ts): preparing its CT, taking
 * in structure sets that were drawn on it, contouring it. They read the case's folder and know no database; all
 * files are whole or not there, and lie in the attempt's own folder until its result is recorded.
 */
import { join, sep } from "node:path";
import { checkInput } from "#anatomy/check-input.ts";
import type { ModelIdentity } from "#contract/model-identity.ts";
import type { TrainedOn } from "#contract/workspace/case.ts";
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import type { Progress } from "#core/progress.ts";
import { countVoxels, volumeCc } from "#geometry/mask.ts";
import { turnOf, uprightCt } from "#geometry/upright.ts";
import type { Predict } from "#model/model-input.ts";
import { loadModel } from "#model/run/load-model.ts";
import { trainedOnWords } from "#model/trained-on.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { startDecoders } from "#patients/ct/read-frames.ts";
import { readCtReference, readCtStore, writeCtStore } from "#patients/ct-store.ts";
import { type LoadedRoi, openMaskFile, openRois } from "#patients/masks/load-masks.ts";
import { refuseLoss } from "#patients/masks/refuse-loss.ts";
import type { Threads } from "#platform/worker-pool.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { contourCt } from "#segment/contour-ct.ts";
import type { Expectation } from "#segment/expected-dsc.ts";
import { uncertaintyProfile } from "#segment/uncertainty.ts";
import { caseFolder, caseFolderAt, writeVoxelBytes } from "#workspace/records/case-folder.ts";
import { type PlainGrid, plainGrid } from "#workspace/reviews/plain-grid.ts";
import { automaticRtstruct } from "./automatic-rtstruct.ts";
import type { Gate } from "./gate.ts";
import { keepForContouring, takeKept } from "./kept-ct.ts";

type Place = {
  readonly cases: string;
  readonly caseId: string;
  /** Folder of this attempt, laid out as a case's: what it writes (publish.ts). */
  readonly attempt: string;
};
export type PrepareTask = Place & {
  readonly kind: "prepare";
  readonly seriesUid: string;
  /** The file of the model that is to contour it next, in this process. */
  readonly model?: string | undefined;
};
export type SegmentTask = Place & { readonly kind: "segment"; readonly model: string };

export type MasksTask = Place & {
  readonly kind: "masks";
  /** Names in the case's folder of such files. */
  readonly files: readonly string[];
  readonly firstNumber: number;
};
export type CaseTask = PrepareTask | MasksTask | SegmentTask;

export type Prepared = { readonly grid: PlainGrid; readonly findings: readonly string[] };

export type ImportedMasks = {
  readonly findings: readonly string[];
  readonly imported: readonly {
    readonly number: number;
    readonly file: string;
    readonly name: string;
    /** RT ROI Interpreted Type, empty where the file does not say. */
    readonly type: string;
    readonly colour: readonly [number, number, number] | null;
    readonly volumeCc: number;
  }[];
};

export type Segmented = {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  /** Which networks the model asked as well. */
  readonly helpers: readonly ModelIdentity[];
  readonly trainedOn: TrainedOn;
  /** The model's: what the confidence's bytes are about. */
  readonly threshold: number;
  readonly gtvVoxels: readonly number[];
  readonly uncertainVoxels: readonly number[];
  readonly expected: Expectation;
  readonly msPerSlice: number;
  readonly volumeCc: number;
};

/** Of structure sets with every organ the first that may be a target are enough. */
const mostImported = 60;

/** Of the next CT, if it was known that there will be one. */
let warm: Threads | undefined;

/** Starts what reading a CT needs: it need not wait for it then. */
export function warmUp(): void {
  warm ??= startDecoders();
}

/** The compact CT. Throws what reading the CT throws. */
export async function prepareCase(task: PrepareTask, progress: Progress): Promise<Prepared> {
  const folder = caseFolder(task.cases, task.caseId);
  const decoders = warm;
  warm = undefined;
  const reading = { series: task.seriesUid, progress, decoders };
  const ct = await readCtFolder(folder.dicom, reading).catch((error: unknown) => {
    if (!(error instanceof DelineateError)) throw error;
    const message = error.message.replaceAll(join(folder.dicom, sep), "image ");
    throw new DelineateError(error.code, message, { cause: error });
  });
  if (task.model !== undefined) keepForContouring(task.caseId, ct, task.model);
  // Other threads pack slices while this one looks at the image.
  const written = writeCtStore(caseFolderAt(task.attempt).ct, ct);
  const image = checkInput(uprightCt(ct, turnOf(ct.grid)));
  await written;
  return { grid: plainGrid(ct.grid), findings: sentences([...ct.findings, ...image]) };
}

/** ROIs of structure sets as masks, those that may be a target first. A file or an ROI that is refused is a finding. */
export async function importMasks(task: MasksTask): Promise<ImportedMasks> {
  const folder = caseFolder(task.cases, task.caseId);
  const ct = await readCtReference(folder.ct);
  const findings: string[] = [];
  const loaded: (LoadedRoi & { readonly file: string })[] = [];
  for (const file of task.files) {
    const path = join(folder.maskFiles, file);
    const leftOut = (what: string, error: unknown): void => {
      if (!(error instanceof DelineateError)) throw error;
      const message = error.message.replaceAll(`${path}: `, "").replaceAll(path, "it");
      findings.push(`${what} was left out: ${message}`);
    };
    try {
      const opened = openRois(await openMaskFile(path), { ct });
      refuseLoss(opened.findings, path);
      findings.push(...worthTelling(opened.findings));
      let empty = 0;
      for (const { mask: make, contours: _, ...roi } of opened.rois) {
        try {
          const { mask, findings: roiFindings } = make();
          refuseLoss(roiFindings, path);
          // Of which structure, beside others of its file: a part of it may be missing.
          findings.push(...worthTelling(roiFindings).map((sentence) => `${roi.name}: ${sentence}`));
          if (countVoxels(mask) > 0) loaded.push({ ...roi, mask, file });
          else empty++;
        } catch (error) {
          leftOut(`The structure ${roi.name}`, error);
        }
      }
      if (empty > 0)
        findings.push(`${empty} of ${opened.rois.length} structures that came with the CT are empty.`);
    } catch (error) {
      leftOut("A structure set", error);
    }
  }
  const mayBeTarget = ({ name, interpretedType }: LoadedRoi): boolean =>
    /gtv|tumou?r|lesion/i.test(name) || interpretedType === "GTV";
  const ordered = [...loaded.filter(mayBeTarget), ...loaded.filter((roi) => !mayBeTarget(roi))];
  if (ordered.length > mostImported)
    findings.push(
      `${ordered.length - mostImported} of ${ordered.length} structures were not taken: those that may be targets come first.`,
    );
  const imported: ImportedMasks["imported"][number][] = [];
  for (const { name, interpretedType: type, colour = null, mask, file } of ordered.slice(0, mostImported)) {
    const number = task.firstNumber + imported.length;
    await writeVoxelBytes(caseFolderAt(task.attempt).importedMask(number), mask.data);
    const structure = { number, file, type, colour, volumeCc: volumeCc(mask) };
    imported.push({ ...structure, name: name.trim() || "unnamed" });
  }
  return { findings, imported };
}

function worthTelling(findings: readonly Finding[]): string[] {
  return sentences(findings.filter(({ severity }) => severity !== "info"));
}

/** Each sentence once: a hundred slices with the same finding say it a hundred times. */
function sentences(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ message }) => message))];
}

/** Confidence and mask by a model; waits at `gate` before it begins and before each batch. Throws `bad-model` and the like. */
export async function segmentCase(task: SegmentTask, progress: Progress, gate: Gate): Promise<Segmented> {
  await gate.pass();
  const folder = caseFolder(task.cases, task.caseId);
  const { caseId } = task;
  const keptCt = takeKept(caseId, task.model);
  const loading = keptCt?.model ?? loadModel(task.model);
  try {
    const [ct, model] = await Promise.all([keptCt?.ct ?? readCtStore(folder.ct), loading]);
    const inTurn = <Model extends { readonly predict: Predict }>(model: Model): Model => ({
      ...model,
      predict: async (images, ...shape) => {
        await gate.pass();
        return model.predict(images, ...shape);
      },
    });
    const { clicks, second } = model;
    const waiting = {
      ...inTurn(model),
      clicks: clicks && (async () => inTurn(await clicks())),
      second: second && (async () => inTurn(await second())),
    };
    const before = performance.now();
    const contoured = await contourCt(ct, waiting, { cleanUp: "tumour", progress });
    const msPerSlice = (performance.now() - before) / ct.grid.size[2];
    const { confidence, mask, expected } = contoured;
    const { name, version, digest, metadata } = model;
    const { threshold } = model.input;
    const trainedOn = trainedOnWords(metadata);
    const attempt = caseFolderAt(task.attempt);
    const volume = volumeCc(mask);
    const contour = { caseId, ct, mask, model: { name, version, digest }, expected, writtenAt: new Date() };
    // Other threads pack the first two while the structure set is made here.
    await Promise.all([
      writeVoxelBytes(attempt.confidence(digest), confidence.data),
      writeVoxelBytes(attempt.automaticMask(digest), mask.data),
      volume > 0 ? writeSet(attempt.automaticRtstruct(digest), contour) : undefined,
    ]);
    const profile = uncertaintyProfile(confidence, mask);
    return {
      ...{ name, version, digest, trainedOn, threshold, ...profile, expected, msPerSlice },
      helpers: model.helpers(),
      volumeCc: volume,
    };
  } finally {
    await loading.then(
      (model) => model.dispose(),
      () => undefined,
    );
  }
}

/** A contour that cannot be a structure set is looked at all the same; who is to get it is told why (pacs/deliveries/). */
async function writeSet(path: string, contour: Parameters<typeof automaticRtstruct>[0]): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = automaticRtstruct(contour);
  } catch (error) {
    if (error instanceof DelineateError) return;
    throw error;
  }
  await writeFileAtomic(path, bytes, { force: true });
}
