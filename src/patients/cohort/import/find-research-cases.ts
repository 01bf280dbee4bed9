/**
 * Cases of a data set with a `dataset.json`: nnU-Net's (imagesTr/CASE_0000.nii.gz, labelsTr/CASE.nii.gz, channels and labels
 * by name) and the Medical Segmentation Decathlon's (a list of training pairs). Source: nnU-Net's dataset_format.md;
 * Simpson et al. 2019, arXiv:1902.09063.
 */
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { LabelNames } from "#contract/cohort-manifest.ts";
import { DelineateError } from "#core/errors.ts";
import { statedJson } from "#core/parsed-json.ts";
import { exists, readText } from "#platform/missing.ts";
import type { FoundCase, FoundCases, FoundRefusal } from "./find-cases.ts";

const datasetSchema = z.object({
  channel_names: z.record(z.string(), z.string()).optional(),
  modality: z.record(z.string(), z.string()).optional(),
  labels: z.record(z.string(), z.union([z.string(), z.int(), z.array(z.int())])),
  file_ending: z.string().optional(),
  training: z.array(z.object({ image: z.string(), label: z.string() })).optional(),
});
type Dataset = z.infer<typeof datasetSchema>;

/** Folders of data sets: `source` itself or those directly below it; none for an archive of DICOM files. */
export async function datasetFolders(source: string): Promise<string[]> {
  const names = await readdir(source).catch(() => []);
  const folders: string[] = [];
  // Of a link as well: `exists` follows it.
  for (const folder of [source, ...names.map((name) => join(source, name))])
    if (await exists(join(folder, "dataset.json"))) folders.push(folder);
  return folders.sort();
}

/** Throws `bad-cohort` for a `dataset.json` that is none, and for one without a CT channel. */
export async function findResearchCases(folder: string): Promise<FoundCases> {
  const dataset = await readDataset(join(folder, "dataset.json"));
  const channel = ctChannel(dataset, folder);
  const labels = labelNames(dataset);
  const cases: FoundCase[] = [];
  const refused: FoundRefusal[] = [];
  for (const pair of await trainingPairs(dataset, folder)) {
    const label = join(folder, pair.label);
    const image = await imageOf(join(folder, pair.image), channel);
    if (image === undefined || !(await exists(label))) {
      const missing = image === undefined ? pair.image : pair.label;
      refused.push({
        where: join(folder, missing),
        path: join(folder, missing),
        code: "file-not-found",
        message: `The pair's other half is there, but not this file (channel ${channel}).`,
      });
      continue;
    }
    cases.push({
      patientId: undefined,
      ct: { kind: "nifti", files: [image] },
      targets: [{ kind: "labels", file: label, labels }],
      findings: [],
      identity: [],
      place: label,
    });
  }
  return { cases, refused };
}

async function readDataset(path: string): Promise<Dataset> {
  const parsed = datasetSchema.safeParse(statedJson(await readText(path), path, "bad-cohort"));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DelineateError(
      "bad-cohort",
      `${path} describes no data set: ${issue.path.join(".")}: ${issue.message}.`,
    );
  }
  return parsed.data;
}

/** The number of the channel called CT; the only channel where channels have no names. */
function ctChannel({ channel_names, modality }: Dataset, folder: string): number {
  const channels = Object.entries(channel_names ?? modality ?? { 0: "CT" });
  const ct = channels.find(([, name]) => /(^|[^a-z])ct([^a-z]|$)/i.test(name));
  if (ct !== undefined) return Number(ct[0]);
  const names = channels.map(([, name]) => name).join(", ");
  throw new DelineateError(
    "bad-cohort",
    `${folder} has no channel called CT; it has: ${names}. Only CT can be trained on.`,
  );
}

/** Older files name values ("1": "cancer"), newer ones give values to names ("cancer": 1), regions several. */
function labelNames({ labels }: Dataset): LabelNames {
  return Object.entries(labels)
    .map(([key, value]) =>
      typeof value === "string"
        ? { name: value, values: [Number(key)] }
        : { name: key, values: [value].flat() },
    )
    .filter(({ name, values }) => values.every((v) => Number.isInteger(v) && v > 0) && name !== "ignore");
}

async function trainingPairs(dataset: Dataset, folder: string): Promise<{ image: string; label: string }[]> {
  if (dataset.training !== undefined && dataset.training.length > 0) return dataset.training;
  const ending = dataset.file_ending ?? ".nii.gz";
  const files = await readdir(join(folder, "labelsTr")).catch((cause: unknown) => {
    throw new DelineateError("bad-cohort", `${folder} has neither a list of training pairs nor labelsTr.`, {
      cause,
    });
  });
  return files
    .filter((name) => name.endsWith(ending) && !name.startsWith("."))
    .sort()
    .map((name) => ({ image: join("imagesTr", name), label: join("labelsTr", name) }));
}

/** The image as it is named, else with its channel: CASE.nii.gz is stored as CASE_0000.nii.gz. */
async function imageOf(path: string, channel: number): Promise<string | undefined> {
  if (await exists(path)) return path;
  const [, stem, ending] = /^(.*?)(\.nii\.gz|\.[^.]+)$/.exec(basename(path)) ?? [];
  const numbered = join(dirname(path), `${stem}_${String(channel).padStart(4, "0")}${ending}`);
  return (await exists(numbered)) ? numbered : undefined;
}
