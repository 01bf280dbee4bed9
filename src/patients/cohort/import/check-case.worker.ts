/**
 * One case of an import, on a worker thread: reads its CT and its ROIs with the readers that every verb uses, measures the
 * ROIs, lets the label desk decide, and writes the patient's file of the cohort. What cannot be used is refused by name.
 */
import { readFile, stat } from "node:fs/promises";
import { relative } from "node:path";
import { checkInput, refuseErrors } from "#anatomy/check-input.ts";
import type { CohortPatientFile, SourceFile } from "#contract/cohort-manifest.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { checkStructureSet } from "#dicom/check/check-structure-set.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { turnOf, uprightCt } from "#geometry/upright.ts";
import {
  type CaseCt,
  type CtSource,
  loadCt,
  openRois,
  type TargetSource,
} from "#patients/cohort/case-source.ts";
import { writePatientFile } from "#patients/cohort/cohort-files.ts";
import { measureRoi, sliceDigests } from "#patients/cohort/describe/measure-case.ts";
import { refuseLoss } from "#patients/masks/refuse-loss.ts";
import { answerTasks } from "#platform/worker-task.ts";
import { type HandChoice, keepChoice } from "./choices.ts";
import { decideLabels, type LabelDecision } from "./label-desk.ts";
import { redacted } from "./redact.ts";

export type CaseTask = {
  readonly name: string;
  /** Folder of the cohort. */
  readonly out: string;
  readonly root: string;
  readonly person: string | undefined;
  readonly ct: CtSource;
  /** Structure sets to try, in this order. */
  readonly targets: readonly TargetSource[];
  readonly roi: string;
  /** What pairing found odd. */
  readonly findings: readonly Finding[];
  /** Texts that identify the patient: they stay out of every message. */
  readonly identity: readonly string[];
  /** What a person chose when the case was checked before. */
  readonly choice: HandChoice | undefined;
};

/** Small: the main thread holds those of a thousand cases. */
export type CaseAnswer =
  | { readonly added: string }
  | { readonly refused: { readonly code: string; readonly message: string } };

/** Throws `file-unwritable`: that is no fault of the case. */
async function checkCase(task: CaseTask): Promise<CaseAnswer> {
  let patient: CohortPatientFile;
  try {
    patient = await readCase(task);
  } catch (error) {
    if (!(error instanceof DelineateError)) throw error;
    return { refused: { code: error.code, message: redacted(error.message, task.identity) } };
  }
  await writePatientFile(task.out, task.choice === undefined ? patient : keepChoice(patient, task.choice));
  return { added: task.name };
}

async function readCase(task: CaseTask): Promise<CohortPatientFile> {
  const loaded = await loadCt(task.ct);
  const { ct, volume } = loaded;
  const image = checkInput(uprightCt(ct, turnOf(ct.grid)));
  refuseErrors(image, loaded.findings);
  const target = await chooseTarget(task, loaded);
  const findings = [...task.findings, ...loaded.findings, ...image, ...target.findings];
  const stamp = (path: string): Promise<SourceFile> => stampFile(task.root, path);
  const uids =
    volume === undefined
      ? {}
      : {
          seriesInstanceUid: volume.seriesInstanceUid,
          studyInstanceUid: volume.studyInstanceUid,
          frameOfReferenceUid: volume.frameOfReferenceUid,
        };
  const { kind, file, labels } = target.source;
  return {
    format: 1,
    name: task.name,
    root: task.root,
    ...(task.person === undefined ? {} : { person: task.person }),
    ct: {
      kind: task.ct.kind,
      files: await Promise.all(task.ct.files.map(stamp)),
      ...uids,
      size: [...ct.grid.size],
      spacingMm: [...ct.grid.spacingMm],
      sliceDigests: sliceDigests(ct),
    },
    target: { kind, file: await stamp(file), ...(labels === undefined ? {} : { labels }) },
    rois: target.decision.rois.map((roi) => ({ ...roi, name: redacted(roi.name, task.identity) })),
    primary: target.decision.primary,
    chosen: target.decision.chosen,
    findings: summarised(findings).map((item) => ({
      ...item,
      message: redacted(item.message, task.identity),
    })),
  };
}

type ReadTarget = {
  readonly source: TargetSource;
  readonly decision: LabelDecision;
  /** Digests of the primary tumour's masks. */
  readonly primary: string;
  readonly findings: readonly Finding[];
};

/**
 * The structure set with a tumour. A SEG counts only where no RTSTRUCT has one, since archives give both of one drawing. Throws
 * what is wrong with the last one if none can be used, `several-structure-sets` if two RTSTRUCTs hold different tumours.
 */
async function chooseTarget(task: CaseTask, loaded: CaseCt): Promise<ReadTarget> {
  const usable: ReadTarget[] = [];
  let fault: DelineateError | undefined;
  for (const source of task.targets) {
    if (usable.length > 0 && source.kind !== usable[0].source.kind) break;
    try {
      usable.push(await readTarget(source, loaded, task.roi));
    } catch (error) {
      if (!(error instanceof DelineateError)) throw error;
      fault ??= error;
    }
  }
  const [first, ...others] = usable;
  if (first === undefined)
    throw fault ?? new DelineateError("no-structure-set", "There is no structure set.");
  if (others.length === 0) return first;
  if (others.every(({ primary }) => primary === first.primary)) {
    const message = `${usable.length} structure sets hold the same tumour; the first was taken.`;
    return { ...first, findings: [...first.findings, finding("info", "same-tumour-twice", message)] };
  }
  throw new DelineateError(
    "several-structure-sets",
    `${usable.length} structure sets of this CT hold different tumours: ${usable.map(({ source }) => source.file).join(", ")}. Keep one.`,
  );
}

async function readTarget(source: TargetSource, loaded: CaseCt, pattern: string): Promise<ReadTarget> {
  const opened = await openRois(source, loaded);
  refuseLoss(opened.findings, source.file);
  const findings = [...opened.findings];
  const measured = opened.rois.map((roi) => measureRoi(roi, findings));
  if (source.kind === "rtstruct" && loaded.volume !== undefined) {
    // What reading finds of contours is a rule of the preflight too, by the same code and in the same words.
    const codes = new Set(findings.map(({ code }) => `preflight-${code}`));
    const broken = await preflight(source.file, loaded.volume);
    findings.push(...broken.filter(({ code }) => !codes.has(code)));
  }
  const decision = decideLabels(measured, pattern, source.file);
  const primary = decision.primary.map((index) => measured[index].maskDigest ?? "").join(" ");
  return { source, decision, primary, findings };
}

/** The planning systems' rules: another patient's set is refused, the rest is told, once a rule. */
async function preflight(path: string, ct: CtVolume): Promise<Finding[]> {
  const violations = checkStructureSet(readDicom(await readFile(path), path).dataSet, ct);
  const stranger = violations.find(
    ({ rule, tagPath }) => rule === "same-patient" && tagPath.includes("(0010,0020)"),
  );
  if (stranger !== undefined) {
    throw new DelineateError(
      "wrong-frame-of-reference",
      "The structure set refers to this CT but names another patient: it is not used.",
    );
  }
  return violations.map(({ rule, found, expected }) =>
    // A foreign set that breaks a rule for writing can still be read: errors that matter are found in reading.
    finding("warning", `preflight-${rule}`, `Expected ${expected}, found ${found}.`),
  );
}

/** One finding of each code, with how many more there are like it; places are left out, they hold file names. */
function summarised(findings: readonly Finding[]): Finding[] {
  const codes = new Map<string, Finding[]>();
  for (const item of findings) codes.set(item.code, [...(codes.get(item.code) ?? []), item]);
  return [...codes.values()].map(([first, ...others]) =>
    finding(
      first.severity,
      first.code,
      others.length === 0 ? first.message : `${first.message} (${others.length} more like it)`,
    ),
  );
}

async function stampFile(root: string, path: string): Promise<SourceFile> {
  const { size, mtimeMs } = await stat(path);
  return { path: relative(root, path), bytes: size, modifiedMs: mtimeMs };
}

answerTasks(checkCase);
