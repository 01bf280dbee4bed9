/**
 * Where tumours are inserted: a CT series in DICOM, whole, or the tumour-free slices of a cohort's patients, each by itself. Patients
 * that are measured with are left out by name before anything is read.
 */
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { patientPoint } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { foldsOf, parseSplit } from "#patients/cohort/describe/read-split.ts";
import type { InsertedNote } from "#patients/cohort/inserted-note.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { groupByMarks, type PersonMarks, writtenMarks } from "#patients/cohort/person-marks.ts";
import { marksOfFolder } from "#patients/cohort/read-marks.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { readText } from "#platform/missing.ts";

/** Heights in patient coordinates, mm, whose slices are not used: where a CT has a lesion of its own. */
export type KeptOut = { readonly name: string; readonly fromMm: number; readonly toMm: number };

export type Background = {
  readonly name: string;
  /** Of the person, from all of its cases in its cohort: as they are written. */
  readonly marks: PersonMarks;
} & (
  | { readonly kind: "ct"; readonly path: string; readonly keptOut: readonly KeptOut[] }
  | { readonly kind: "slices"; readonly cohort: string; readonly roi: string }
);

/** With an ID that is never written. */
type FoundBackground = { readonly background: Background; readonly whose: PersonMarks };

export type BackgroundChoice = {
  readonly into: readonly string[];
  readonly leaveOut: readonly string[];
  readonly keepOut: readonly KeptOut[];
  /** Of a cohort's patients: slices that no ROI of this name touches are free of tumour. */
  readonly roi: string;
};

/** The backgrounds of each source. Throws `file-not-found`, and `bad-cohort` where a name or all of a source is missing. */
export async function listBackgrounds(choice: BackgroundChoice): Promise<readonly (readonly Background[])[]> {
  const sources: FoundBackground[][] = [];
  for (const source of choice.into) sources.push(await backgroundsIn(resolve(source), choice));
  const all = sources.flat();
  const names = all.map(({ background }) => background.name);
  const unknown = [...choice.leaveOut, ...choice.keepOut.map(({ name }) => name)].filter(
    (name) => !names.includes(name),
  );
  // A misspelt name would let a patient into the training that is measured with.
  if (unknown.length > 0)
    throw new DelineateError("bad-cohort", `No background is called ${[...new Set(unknown)].join(", ")}.`);
  // Cases of one person show one thorax, whatever the source: who leaves out one leaves out all.
  const excluded = new Set(
    groupByMarks(all.map(({ whose }) => whose))
      .filter(({ members }) => members.some((member) => choice.leaveOut.includes(names[member])))
      .flatMap(({ members }) => members.map((member) => all[member])),
  );
  const used = sources
    .map((candidates) =>
      candidates.filter((candidate) => !excluded.has(candidate)).map(({ background }) => background),
    )
    .filter((backgrounds) => backgrounds.length > 0);
  if (used.length === 0) throw new DelineateError("bad-cohort", "All backgrounds are left out.");
  return used;
}

/** What is written beside a patient that was made of it. */
export function noteOf(made: {
  readonly seed: number;
  readonly size: number;
  readonly background: Background;
}): InsertedNote {
  const { seed, size, background } = made;
  const { name, marks } = background;
  const used = background.kind === "ct" ? { keptOut: [...background.keptOut] } : { roi: background.roi };
  return {
    seed,
    size,
    background: name,
    marks: { keys: [...marks.keys], slices: [...marks.slices] },
    ...used,
  };
}

async function backgroundsIn(path: string, { keepOut, roi }: BackgroundChoice): Promise<FoundBackground[]> {
  if (await isCohort(path)) {
    const patients = await openCohort(path);
    const whose = await Promise.all(patients.map(({ marks }) => marks()));
    return patients.map(({ name, group }, at) => {
      const cases = whose.filter((_, other) => patients[other].group === group);
      const marks = writtenMarks(cases);
      const { patientId } = whose[at];
      return {
        background: { kind: "slices", name, marks, cohort: path, roi },
        whose: { ...marks, patientId },
      };
    });
  }
  await stat(path).catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no folder ${path}.`, { cause });
  });
  // What holds the series is often called ct: the patient's name is the folder's above.
  const name = /^ct\b/i.test(basename(path)) ? basename(dirname(path)) : basename(path);
  const keptOut = keepOut.filter((range) => range.name === name);
  const whose = await marksOfFolder(path);
  return [{ background: { kind: "ct", name, marks: writtenMarks([whose]), path, keptOut }, whose }];
}

function isCohort(path: string): Promise<boolean> {
  return stat(join(path, "cohort.json")).then(
    () => true,
    () => false,
  );
}

/** Runs of slices that may be used, each with the CT's own slices; a cohort's slices are runs of one. */
export async function readBackground(background: Background): Promise<readonly CtImage[]> {
  if (background.kind === "ct") {
    const ct = await readCtFolder(background.path);
    const free = (k: number): boolean => {
      const z = ct.grid.origin[2] + k * ct.grid.spacingMm[2] * ct.grid.axes[2][2];
      return !background.keptOut.some(({ fromMm, toMm }) => z >= fromMm && z <= toMm);
    };
    return runsOf(ct, free);
  }
  const patient = (await openCohort(background.cohort)).find(({ name }) => name === background.name);
  if (patient === undefined)
    throw new DelineateError(
      "bad-cohort",
      `${background.cohort} has no patient ${background.name} any more.`,
    );
  const { ct, target } = await patient.load(background.roi);
  const area = ct.grid.size[0] * ct.grid.size[1];
  const runs: CtImage[] = [];
  for (let k = 0; k < ct.grid.size[2]; k++) {
    if (!target.data.subarray(k * area, (k + 1) * area).includes(1)) runs.push(slicesOf(ct, k, k + 1));
  }
  return runs;
}

function runsOf(ct: CtImage, free: (k: number) => boolean): CtImage[] {
  const runs: CtImage[] = [];
  let from: number | undefined;
  for (let k = 0; k <= ct.grid.size[2]; k++) {
    const use = k < ct.grid.size[2] && free(k);
    if (use && from === undefined) from = k;
    if (use || from === undefined) continue;
    runs.push(slicesOf(ct, from, k));
    from = undefined;
  }
  return runs;
}

/** Slices `from` to `to`, the latter not included. */
function slicesOf({ grid, hu }: CtImage, from: number, to: number): CtImage {
  const [columns, rows] = grid.size;
  const along = grid.axes[2].map((part) => part * from * grid.spacingMm[2]);
  const origin = grid.origin.map((value, axis) => value + along[axis]);
  return {
    grid: {
      ...grid,
      size: [columns, rows, to - from],
      origin: patientPoint(origin[0], origin[1], origin[2]),
    },
    hu: hu.slice(from * columns * rows, to * columns * rows),
  };
}

/** Names of a text file, one a line, or the validation and test patients of a split, of all its folds. Throws `file-not-found`, `bad-cohort`. */
export async function readLeftOut(path: string): Promise<readonly string[]> {
  const text = await readText(path);
  if (!text.trimStart().startsWith("{")) {
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  }
  const folds = foldsOf(parseSplit(text, path));
  return [...new Set(folds.flatMap(({ validation, test }) => [...validation, ...test]))];
}
