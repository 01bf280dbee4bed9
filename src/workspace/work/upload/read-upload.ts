/**
 * What an upload holds, as plain data: archives unpacked, headers read, CT series told apart, structure sets found. It runs on a
 * thread of its own (read-upload.worker.ts), so that the server answers meanwhile, and knows no database. Pixels are not read.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { groupSeries } from "#dicom/ct/assemble-ct.ts";
import type { CtFrame } from "#dicom/ct/ct-frames.ts";
import { stackSlices } from "#dicom/ct/stack-slices.ts";
import { summariseObject } from "#dicom/dataset/summarise-object.ts";
import type { CtIdentity, DrawnOn } from "#dicom/rtstruct/ct-of-set.ts";
import { isStructureSet } from "#dicom/rtstruct/read-rtstruct.ts";
import { isSegmentation } from "#dicom/seg/read-seg.ts";
import { createGrid } from "#geometry/grid.ts";
import { ctFramesOf } from "#patients/ct/read-ct-folder.ts";
import { type FolderScan, scanFolder } from "#patients/scan-folder.ts";
import { startThreads, streamFromThreads, type Threads } from "#platform/worker-pool.ts";
import { type PatientFacts, patientFacts } from "#workspace/records/patient-facts.ts";
import { type PlainGrid, plainGrid } from "#workspace/reviews/plain-grid.ts";
import { type LeftOut, leftOutOf, nameOfSet } from "./account-of-upload.ts";
import { unpackArchives } from "./unpack-upload.ts";

export type UploadedSeries = CtIdentity & {
  readonly files: readonly string[];
  readonly slices: number;
  /** Two images that differ claim to be one. */
  readonly ambiguous: boolean;
  /** By the headers; of a series that is none, what its first image says, and why it is none. */
  readonly grid: PlainGrid;
  readonly failure: string | undefined;
  readonly patient: PatientFacts;
};

export type UploadedSet = DrawnOn & {
  readonly path: string;
  /** Of its bytes: the same set is known again by it. */
  readonly digest: string;
  /** For the person who brought it. */
  readonly title: string;
};

export type UploadContents = LeftOut & {
  readonly series: readonly UploadedSeries[];
  readonly sets: readonly UploadedSet[];
  /** Archives that were refused, in sentences. */
  readonly refused: readonly string[];
};

/** Of the next upload, if it was known that there will be one. */
let waiting: Threads | undefined;

/** Starts the thread that reads the upload that begins now: it need not be waited for then. */
export function expectUpload(): void {
  if (waiting !== undefined) return;
  const reader = startReader();
  waiting = reader;
  for (const worker of reader.workers) {
    worker.unref();
    // One that cannot start is not waited for: the upload gets another, and hears why.
    worker.once("error", () => {
      if (waiting === reader) waiting = undefined;
    });
  }
}

function startReader(): Threads {
  return startThreads(new URL("./read-upload.worker.ts", import.meta.url), { count: 1 });
}

/** On a thread of its own. Throws what reading the folder throws; what cannot be taken is said in the contents. */
export async function readUpload(folder: string): Promise<UploadContents> {
  const reader = waiting ?? startReader();
  waiting = undefined;
  const answers = streamFromThreads<string, UploadContents>(reader, [folder]);
  for await (const contents of answers) return contents;
  throw new Error("the thread that reads uploads gave no answer");
}

/** On this thread. */
export async function contentsOf(folder: string): Promise<UploadContents> {
  const refused = await unpackArchives(folder);
  const scan = await scanFolder(folder);
  const { frames, findings } = ctFramesOf(scan);
  const { alone, ambiguous } = await withoutCopies(frames);
  const series = groupSeries(alone).map(({ frames: seriesFrames, ...identity }) => {
    const files = [...new Set(seriesFrames.map(({ file }) => file))];
    return {
      ...identity,
      files,
      slices: seriesFrames.length,
      ambiguous: ambiguous.has(identity.seriesInstanceUid),
      ...geometryOf(seriesFrames, files),
      patient: patientFacts(seriesFrames[0].header),
    };
  });
  return { series, sets: await setsOf(scan), refused, ...leftOutOf(scan, findings) };
}

/**
 * A slice that was sent twice, in a folder and in an archive of it, is one slice; `ambiguous` are the series in which two that
 * differ claim to be one.
 */
async function withoutCopies(
  frames: readonly CtFrame[],
): Promise<{ readonly alone: CtFrame[]; readonly ambiguous: ReadonlySet<string> }> {
  const first = new Map<string, CtFrame>();
  const ambiguous = new Set<string>();
  const alone: CtFrame[] = [];
  for (const frame of frames) {
    const key = `${frame.sopInstanceUid} ${frame.frame}`;
    const same = first.get(key);
    if (same === undefined) {
      first.set(key, frame);
      alone.push(frame);
    } else if (!(await readFile(same.file)).equals(await readFile(frame.file))) {
      for (const { seriesInstanceUid } of [same, frame]) ambiguous.add(seriesInstanceUid);
    }
  }
  return { alone, ambiguous };
}

async function setsOf(scan: FolderScan): Promise<UploadedSet[]> {
  const sets: UploadedSet[] = [];
  for (const { header, path } of scan.files) {
    if (!isStructureSet(header) && !isSegmentation(header)) continue;
    const summary = summariseObject(header, path);
    if (summary.kind !== "rtstruct" && summary.kind !== "seg") continue;
    const { referencedSeries, framesOfReference } = summary;
    const digest = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    sets.push({ path, digest, title: nameOfSet(header, summary), referencedSeries, framesOfReference });
  }
  return sets;
}

/** As a case's folder names its images, from 0. */
export function numbered(at: number): string {
  return `${String(at + 1).padStart(5, "0")}.dcm`;
}

function geometryOf(
  frames: readonly CtFrame[],
  files: readonly string[],
): Pick<UploadedSeries, "grid" | "failure"> {
  // Messages name an image as the case will; the names it came with may say who the patient is.
  const named = frames.map((frame) => ({ ...frame, file: `image ${numbered(files.indexOf(frame.file))}` }));
  try {
    return { grid: plainGrid(stackSlices(named).grid), failure: undefined };
  } catch (error) {
    if (!(error instanceof DelineateError)) throw error;
    const { columns, rows, pixelSpacingMm, position } = frames[0];
    const grid = createGrid(
      [columns, rows, frames.length],
      [pixelSpacingMm[1], pixelSpacingMm[0], 0],
      position,
    );
    return { grid: plainGrid(grid), failure: error.message };
  }
}
