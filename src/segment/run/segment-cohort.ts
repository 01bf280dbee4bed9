/**
 * `delineate cohort segment`: a file for each patient of a cohort, named as the patient is, for `evaluate` and `compare`. A file that is
 * there is kept, so that the same command goes on after an interruption; files of two models never lie in one folder.
 */
import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { identityOf, type ModelIdentity } from "#contract/model-identity.ts";
import { recordedFindingsSchema } from "#contract/run-record.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { parsedJson } from "#core/parsed-json.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import type { Device } from "#engine/runtime/session.ts";
import { loadModel, type RunnableModel, shippedModel } from "#model/run/load-model.ts";
import type { PatientSource } from "#patients/cohort/open-cohort.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import { isLockFile, lockFolder } from "#platform/lock-folder.ts";
import { startRun } from "#platform/run-record.ts";
import { programVersion } from "#platform/version.ts";
import { makeFolder, writeFileAtomic } from "#platform/write-file.ts";
import { automaticGtv, automaticRoi } from "#segment/automatic-roi.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { expectationSentence } from "#segment/expected-dsc.ts";
import { doubtful, nothingFound } from "./contour-warnings.ts";

type SegmentCohortRequest = {
  readonly cohort: string;
  readonly patients: readonly PatientSource[];
  /** The shipped one if left out. */
  readonly model?: string | undefined;
  /** A new folder, or one that this command began with the same model. */
  readonly out: string;
  readonly device: Device;
};

export type SegmentedCohort = {
  readonly out: string;
  readonly model: ModelIdentity;
  readonly written: number;
  /** Were there already. */
  readonly kept: number;
  /** Of the patients' contours, whichever run wrote them: nothing found, doubtful. */
  readonly findings: readonly Finding[];
  /** Patients that have no file, and why. */
  readonly failures: readonly Finding[];
};

const recordName = "run.json";
/** Of a record that an earlier run left. */
const begunSchema = z.object({
  verb: z.literal("cohort segment"),
  version: z.string(),
  model: z.object({ digest: z.string() }),
  findings: recordedFindingsSchema,
  results: z.object({ contoured: z.record(z.string(), z.string()) }),
});

/**
 * An RTSTRUCT each, or NIfTI on the image's own voxels for a CT that came without DICOM. A patient that cannot be read or contoured is among the failures.
 * Throws `file-exists` for a folder that holds something else, another model's contours or those of other patients of the same
 * names, `folder-in-use` while another process contours into it, `cancelled`, and what loading the model and the disk throw.
 */
export async function segmentCohort(
  request: SegmentCohortRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<SegmentedCohort> {
  const { cohort, patients, out, device } = request;
  const clock = startRun();
  const model = await loadModel(request.model ?? shippedModel, { device });
  const identity = identityOf(model);
  let unlock = async (): Promise<void> => undefined;
  let [written, keptPatients] = [0, 0];
  try {
    // Nothing is written into a folder of somebody else's, not even a lock.
    await filesOf(out, identity.digest);
    // Two runs at once would write over each other's files and records.
    unlock = await lockFolder(out, {
      remedy: "Wait until it has ended, or choose another folder with --out.",
    });
    const { existingFiles, contoured, remarks } = await filesOf(out, identity.digest);
    const record = (): Promise<void> => {
      const content = clock.record({
        verb: "cohort segment",
        options: { cohort, out },
        device,
        model: identity,
        inputUids: [],
        findings: [...remarks.values()].flat(),
        outputs: [out],
        results: { contoured: Object.fromEntries(contoured), written, kept: keptPatients },
      });
      return writeFileAtomic(join(out, recordName), `${JSON.stringify(content, null, 2)}\n`, { force: true });
    };
    for (const [index, patient] of patients.entries()) {
      progress.report("contouring", index, patients.length, patient.name);
      const source = await patient.fingerprint(".*");
      if (["dcm", "nii.gz"].some((ending) => existingFiles.has(`${patient.name}.${ending}`))) {
        if (contoured.get(patient.name) !== source)
          throw new DelineateError(
            "file-exists",
            `${out} holds a contour for ${patient.name} of another cohort, or of files that changed since: choose a new folder.`,
          );
        keptPatients++;
        continue;
      }
      try {
        const contour = await contourPatient(patient, model, signal);
        contoured.set(patient.name, source);
        remarks.set(patient.name, contour.findings);
        // Before the file: one that is there is known, and so is what a person must know of it.
        await record();
        await writeFileAtomic(join(out, contour.file), contour.bytes);
        written++;
      } catch (error) {
        if (!(error instanceof DelineateError) || ofAllPatients.includes(error.code)) throw error;
        if (error.code === "cancelled")
          throw new DelineateError(
            "cancelled",
            `Interrupted; ${written + keptPatients} of ${patients.length} patients are in ${out}: the same command goes on.`,
          );
        remarks.set(patient.name, [finding("error", error.code, error.message, patient.name)]);
      }
    }
    progress.report("contouring", patients.length, patients.length);
    await record();
    const all = patients.flatMap(({ name }) => remarks.get(name) ?? []);
    const [failures, findings] = [true, false].map((failed) =>
      all.filter(({ severity }) => (severity === "error") === failed),
    );
    return { out, model: identity, written, kept: keptPatients, findings, failures };
  } finally {
    await unlock();
    await model.dispose();
  }
}

/** Not the patient's: the next one would meet them too. */
const ofAllPatients: readonly string[] = ["file-unwritable", "disk-full", "file-exists", "bad-model"];

/** What the folder holds, which is made. Throws `file-exists` where that is not this model's and this program's. */
async function filesOf(out: string, digest: string) {
  await makeFolder(out);
  const existingFiles: ReadonlySet<string> = new Set(
    (await readdir(out)).filter((file) => !isLockFile(file)),
  );
  if (existingFiles.size === 0)
    return { existingFiles, contoured: new Map<string, string>(), remarks: new Map<string, Finding[]>() };
  const text = await readFile(join(out, recordName), "utf8").catch(() => "");
  const begunRecord = begunSchema.safeParse(parsedJson(text));
  if (!begunRecord.success)
    throw new DelineateError(
      "file-exists",
      `${out} is not empty and was not begun by this command: choose a new folder.`,
    );
  const { model, version, results, findings } = begunRecord.data;
  if (model.digest !== digest)
    throw new DelineateError(
      "file-exists",
      `${out} holds contours of another model (SHA-256 ${model.digest.slice(0, 12)} ...): choose a new folder.`,
    );
  if (version !== programVersion)
    throw new DelineateError(
      "file-exists",
      `${out} was begun by version ${version} of this program: choose a new folder.`,
    );
  const recorded = findings.map(({ severity, code, message, where }) =>
    finding(severity, code, message, where),
  );
  return {
    existingFiles,
    contoured: new Map(Object.entries(results.contoured)),
    /** What was told of each patient, by name. */
    remarks: Map.groupBy(recorded, ({ where = "" }) => where),
  };
}

/** The contour as a file, and what a person must know of it. */
async function contourPatient(
  patient: PatientSource,
  model: RunnableModel,
  signal: AbortSignal,
): Promise<{ readonly file: string; readonly bytes: Uint8Array; readonly findings: Finding[] }> {
  const { ct, volume, lattice, findings } = await patient.loadCt();
  const { mask, expected } = await contourCt({ ...ct, findings }, model, {
    cleanUp: "tumour",
    progress: silentProgress,
    shouldStop: () => signal.aborted,
  });
  if (signal.aborted) throw new DelineateError("cancelled", "Interrupted.");
  const worth = expectationSentence(expected);
  const exported = exportMasks({
    format: volume === undefined ? "nifti" : "rtstruct",
    ct: volume,
    lattice,
    rois: [automaticRoi({ mask, model, worth })],
    label: automaticGtv.label,
    holes: "keyhole",
    softwareVersion: programVersion,
    writtenAt: new Date(),
    uidName: randomUUID(),
  });
  const ending = volume === undefined ? "nii.gz" : "dcm";
  const emptyFinding = mask.data.includes(1) ? [] : [nothingFound(patient.name)];
  const doubt = expected.doubtful ? [doubtful(expected, patient.name)] : [];
  return {
    ...{ file: `${patient.name}.${ending}`, bytes: exported.bytes },
    findings: [...emptyFinding, ...doubt],
  };
}
