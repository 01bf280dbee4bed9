/**
 * The DICOM objects of a case: its CT as it came, structure sets and segmentations that came with it, the automatic contours and the
 * signed versions that nobody decided against since, each a file with a series of its own. What is here reads files; what a viewer
 * asks for is search.ts and retrieve.ts.
 */
import { join } from "node:path";
import { text } from "#dicom/dataset/dataset.ts";
import type { DicomFile } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { undefinedIfMissing } from "#platform/missing.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { readAttributes } from "./read-attributes.ts";

export type StoredInstance = {
  readonly caseId: string;
  /** On this machine; there after `stage`. */
  readonly path: string;
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  readonly modality: string;
  readonly sopClass: string;
  readonly transferSyntax: string;
  /** An image of the case's CT; else what was drawn on it. */
  readonly isCt: boolean;
};

type Shelves = Pick<Workspace, "db" | "folderOf" | "files">;

export type Library = {
  /** Those of a case that belong to the study; none of a case that was removed. */
  instancesOf(caseId: string, study: string): Promise<StoredInstance[]>;
  /** Has their files on this machine, for an hour at least. Throws `files-unavailable` and `file-changed`. */
  stage(instances: readonly StoredInstance[]): Promise<void>;
};

/** Some hundred bytes each. */
const mostKnown = 100_000;

/** Remembers what a file is: files of a case are never changed, only added. */
export function openLibrary(workspace: Shelves): Library {
  const { files } = workspace;
  const knownInstances = new Map<string, StoredInstance>();

  async function describe(file: CaseFile): Promise<StoredInstance | undefined> {
    const { caseId, path, isCt } = file;
    const before = knownInstances.get(path);
    if (before !== undefined) return before;
    await files.stage(caseId, path);
    const header = await readAttributes(path, isCt).catch(undefinedIfMissing);
    // Never made, such as the contour of a model that found no tumour; or removed a moment ago, with its case.
    if (header === undefined) return undefined;
    const instance = instanceOf(file, header);
    if (knownInstances.size >= mostKnown) knownInstances.clear();
    knownInstances.set(path, instance);
    return instance;
  }

  return {
    instancesOf: async (caseId, study) => {
      const instances: StoredInstance[] = [];
      for (const file of await filesOf(workspace, caseId)) {
        const instance = await describe(file);
        // A structure set may claim to be of another study than its CT: there it would be looked for in vain.
        if (instance?.study === study && instance.instance !== "") instances.push(instance);
      }
      return instances;
    },
    stage: async (instances) => {
      const cases = Map.groupBy(instances, ({ caseId }) => caseId);
      for (const [caseId, ofCase] of cases) await files.stage(caseId, ...ofCase.map(({ path }) => path));
    },
  };
}

type CaseFile = Pick<StoredInstance, "caseId" | "path" | "isCt">;

async function filesOf({ db, folderOf, files }: Shelves, caseId: string): Promise<CaseFile[]> {
  const folder = folderOf(caseId);
  const filesIn = async (place: string): Promise<string[]> =>
    (await files.namesIn(caseId, place)).sort().map((name) => join(place, name));
  const automatic = await db
    .selectFrom("automatic")
    .select("model_digest")
    .where("case_id", "=", caseId)
    .orderBy("finished_at")
    .execute();
  const versions = await db
    .selectFrom("versions")
    .select("number")
    .where("case_id", "=", caseId)
    .where("withdrawn", "=", false)
    .orderBy("number")
    .execute();
  const contourPaths = [
    ...(await filesIn(folder.maskFiles)),
    ...automatic.map(({ model_digest }) => folder.automaticRtstruct(model_digest)),
    ...versions.map(({ number }) => folder.rtstruct(number)),
  ];
  return [
    ...(await filesIn(folder.dicom)).map((path) => ({ caseId, path, isCt: true })),
    ...contourPaths.map((path) => ({ caseId, path, isCt: false })),
  ];
}

function instanceOf(file: CaseFile, { dataSet, transferSyntaxUid }: DicomFile): StoredInstance {
  const value = (tag: string): string => text(dataSet, tag) ?? "";
  return {
    ...file,
    study: value(tags.StudyInstanceUID),
    series: value(tags.SeriesInstanceUID),
    instance: value(tags.SOPInstanceUID),
    modality: value(tags.Modality),
    sopClass: value(tags.SOPClassUID),
    transferSyntax: transferSyntaxUid,
  };
}
