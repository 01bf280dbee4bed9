/**
 * `delineate cohort segment`: a file for each patient of a cohort, named as the patient is, for `evaluate` and `compare`. A file that is
 * there is kept, so that the same command goes on after an interruption; files of two models never lie in one folder.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import type { Device } from "#engine/runtime/session.ts";
import { loadModel, type RunnableModel, shippedModel } from "#model/run/load-model.ts";
import type { PatientSource } from "#patients/cohort/open-cohort.ts";
import { exportMasks } from "#patients/export-masks.ts";
import { startRun } from "#platform/run-record.ts";
import { programVersion } from "#platform/version.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { automaticGtv, automaticRoi } from "#segment/automatic-roi.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { expectationSentence } from "#segment/expected-dsc.ts";

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
  readonly model: { readonly name: string; readonly version: string; readonly digest: string };
  readonly written: number;
  /** Were there already. */
  readonly kept: number;
  /** Patients that have no file, and why. */
  readonly failures: readonly Finding[];
};

const recordName = "run.json";
/** Of a record that an earlier run left. */
const begunSchema = z.object({ verb: z.literal("cohort segment"), model: z.object({ digest: z.string() }) });

/**
 * An RTSTRUCT each, or NIfTI for a CT that came without DICOM. A patient that cannot be read or contoured is among the failures.
 * Throws `file-exists` for a folder that holds something else, `cancelled`, and what loading the model throws.
 */
export async function segmentCohort(
  request: SegmentCohortRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<SegmentedCohort> {
  const { patients, out, device } = request;
  const clock = startRun();
  const model = await loadModel(request.model ?? shippedModel, { device });
  const { name, version, digest } = model;
  const failures: Finding[] = [];
  let [written, kept] = [0, 0];
  const record = (): Promise<void> => {
    const told = clock.record({
      verb: "cohort segment",
      options: { cohort: request.cohort, patients: patients.map((patient) => patient.name), out },
      device,
      model: { name, version, digest },
      inputUids: [],
      findings: failures,
      outputs: [out],
      results: { written, kept },
    });
    return writeFileAtomic(join(out, recordName), `${JSON.stringify(told, null, 2)}\n`, { force: true });
  };
  try {
    const there = await filesOf(out, digest);
    await record();
    for (const [index, patient] of patients.entries()) {
      progress.report("contouring", index, patients.length, patient.name);
      if (["dcm", "nii.gz"].some((ending) => there.has(`${patient.name}.${ending}`))) {
        kept++;
        continue;
      }
      try {
        await contourPatient(patient, model, out, signal);
        written++;
      } catch (error) {
        if (!(error instanceof DelineateError)) throw error;
        if (error.code === "cancelled")
          throw new DelineateError(
            "cancelled",
            `Interrupted; ${written + kept} of ${patients.length} patients are in ${out}: the same command goes on.`,
          );
        failures.push(finding("error", error.code, error.message, patient.name));
      }
    }
    progress.report("contouring", patients.length, patients.length);
    await record();
  } finally {
    await model.dispose();
  }
  return { out, model: { name, version, digest }, written, kept, failures };
}

/** The names in the folder, which is made. Throws `file-exists` where they are not this model's. */
async function filesOf(out: string, digest: string): Promise<ReadonlySet<string>> {
  await mkdir(out, { recursive: true });
  const names = new Set(await readdir(out));
  if (names.size === 0) return names;
  const begun = begunSchema.safeParse(parsed(await readFile(join(out, recordName), "utf8").catch(() => "")));
  if (begun.success && begun.data.model.digest === digest) return names;
  throw new DelineateError(
    "file-exists",
    begun.success
      ? `${out} holds contours of another model (SHA-256 ${begun.data.model.digest.slice(0, 12)} ...): choose a new folder.`
      : `${out} is not empty and was not begun by this command: choose a new folder.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function contourPatient(
  patient: PatientSource,
  model: RunnableModel,
  out: string,
  signal: AbortSignal,
): Promise<void> {
  const { ct, volume, findings } = await patient.loadCt();
  const { mask, expected } = await contourCt({ ...ct, findings }, model, {
    cleanUp: "tumour",
    progress: silentProgress,
    shouldStop: () => signal.aborted,
  });
  if (signal.aborted) throw new DelineateError("cancelled", "Interrupted.");
  const exported = exportMasks({
    format: volume === undefined ? "nifti" : "rtstruct",
    ct: volume,
    rois: [automaticRoi({ mask, model, worth: expectationSentence(expected) })],
    label: automaticGtv.label,
    holes: "keyhole",
    softwareVersion: programVersion,
    writtenAt: new Date(),
    uidName: randomUUID(),
  });
  const ending = volume === undefined ? "nii.gz" : "dcm";
  await writeFileAtomic(join(out, `${patient.name}.${ending}`), exported.bytes);
}
