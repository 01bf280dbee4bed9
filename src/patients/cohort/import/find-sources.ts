/**
 * Everything below a source folder that an import can begin with: cases, what was refused before any pixel was read, and
 * counts of the rest. Files of patients that the cohort has already, and that did not change, are not opened.
 */
import { join, sep } from "node:path";
import type { CohortPatientFile } from "#contract/cohort-manifest.ts";
import type { Progress } from "#core/progress.ts";
import type { ObjectSummary } from "#dicom/dataset/summarise-object.ts";
import { isUnchanged } from "#patients/cohort/load-case.ts";
import { listFiles } from "#platform/list-folder.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import { type FoundCase, type FoundRefusal, findCases, type Refusal } from "./find-cases.ts";
import { datasetFolders, findResearchCases } from "./find-research-cases.ts";
import type { FilesAnswer } from "./summarise-files.worker.ts";

export type FoundSources = {
  readonly cases: readonly FoundCase[];
  readonly refused: readonly Refusal[];
  /** Files whose headers were read now. */
  readonly files: number;
  /** Files that are no DICOM and belong to no data set. */
  readonly otherFiles: number;
  /** Damaged DICOM files, by reason. */
  readonly damaged: Readonly<Record<string, number>>;
  /** DICOM objects that are neither CT nor structure sets, by modality. */
  readonly otherObjects: Readonly<Record<string, number>>;
};

/** Headers that a worker reads at a time. */
const chunk = 128;

/** `root` is absolute. Throws `cancelled`, and `bad-cohort` for a `dataset.json` that is none. */
export async function findSources(
  root: string,
  known: readonly CohortPatientFile[],
  progress: Progress,
  signal: AbortSignal,
): Promise<FoundSources> {
  const unchanged = await unchangedFiles(known);
  const datasets = await datasetFolders(root);
  const research: { cases: FoundCase[]; refused: FoundRefusal[] } = { cases: [], refused: [] };
  for (const folder of datasets) {
    const dataset = await findResearchCases(folder);
    research.cases.push(...dataset.cases.filter(({ targets }) => !unchanged.has(targets[0].file)));
    research.refused.push(...dataset.refused);
  }
  const inDataset = (path: string): boolean => datasets.some((folder) => path.startsWith(folder + sep));
  const listing = await listFiles(root);
  const paths = listing.files.filter((path) => !unchanged.has(path) && !inDataset(path));
  const scan = await summariseAll(paths, progress, signal);
  const { cases, refused } = findCases(scan.objects);
  return {
    cases: [...cases, ...research.cases],
    refused: [
      ...refused.map((item) => explained(item, scan.objects, known)),
      ...research.refused,
      ...listing.findings.map((item) => ({ ...item, where: item.where ?? root })),
    ].map(({ where, code, message }) => ({ where, code, message })),
    files: paths.length,
    otherFiles: scan.others,
    damaged: countBy(scan.damaged, ({ reason }) => reason),
    otherObjects: countBy(
      scan.objects.filter(({ kind }) => kind === "other"),
      ({ modality }) => modality,
    ),
  };
}

async function summariseAll(paths: readonly string[], progress: Progress, signal: AbortSignal) {
  const tasks: string[][] = [];
  for (let start = 0; start < paths.length; start += chunk) tasks.push(paths.slice(start, start + chunk));
  let read = 0;
  progress.report("reading headers", 0, paths.length);
  const answers = await runInWorkers<string[], FilesAnswer>(
    new URL("./summarise-files.worker.ts", import.meta.url),
    tasks,
    {
      signal,
      onDone: (_, { files }) => {
        read += files;
        progress.report("reading headers", read, paths.length);
      },
    },
  );
  return {
    objects: answers.flatMap(({ objects }) => objects),
    damaged: answers.flatMap(({ damaged }) => damaged),
    others: answers.reduce((sum, { others }) => sum + others, 0),
  };
}

/** Absolute paths of source files that are what they were when they were imported, patients with a changed file left out. */
async function unchangedFiles(known: readonly CohortPatientFile[]): Promise<Set<string>> {
  const unchanged = new Set<string>();
  for (const patient of known) {
    if (!(await isUnchanged(patient))) continue;
    const { root, ct, target } = patient;
    for (const { path } of [...ct.files, target.file]) unchanged.add(join(root, path));
  }
  return unchanged;
}

/** A set that came after its CT was imported with another one is told so, and not that its CT is missing. */
function explained(
  refusal: FoundRefusal,
  objects: readonly ObjectSummary[],
  known: readonly CohortPatientFile[],
): FoundRefusal {
  if (refusal.code !== "no-ct") return refusal;
  const set = objects.find(({ path }) => path === refusal.path);
  const patient = known.find(({ ct }) => set?.referencedSeries.includes(ct.seriesInstanceUid ?? "none"));
  if (patient === undefined) return refusal;
  const message = `Its CT is ${patient.name} of the cohort already, with another structure set.`;
  return { ...refusal, code: "several-structure-sets", message };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
