/**
 * The label desk on paper: `label-desk.csv` lists every ROI that could be the tumour, with `chosen` yes or no. A person edits
 * that column and gives the file back with --choose. Several ROIs of a patient may be chosen: they are joined; none leaves
 * the patient out.
 */
import type { ChoiceReason, CohortPatientFile } from "#contract/cohort-manifest.ts";
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import { finding } from "#core/findings.ts";
import { formatCsv, parseCsv } from "#formats/csv.ts";

const columns = ["case", "position", "roi", "role", "volume_cc", "remarks", "chosen"] as const;

/** Candidates of every patient, in the order of the files. */
export function labelDeskCsv(patients: readonly CohortPatientFile[]): string {
  const lines = patients.flatMap((patient) =>
    patient.rois.flatMap((roi, position) => {
      const isChosen = patient.primary.includes(position);
      if (!roi.candidate && !isChosen) return [];
      const chosen = isChosen ? "yes" : patient.chosen === "undecided" ? "?" : "no";
      const remarks = roiRemarks(patient, position).join("; ");
      return [[patient.name, position, roi.name, roi.role, roi.volumeCc.toFixed(2), remarks, chosen]];
    }),
  );
  return formatCsv([columns, ...lines]);
}

/** What a person should look at in an ROI: in words, none if there is nothing. */
export function roiRemarks({ rois }: CohortPatientFile, position: number): string[] {
  const roi = rois[position];
  const several = (count: number, singular: string, plural: string): string[] =>
    count === 0 ? [] : [counted(count, singular, plural)];
  return [
    ...(roi.duplicateOf === undefined ? [] : [`same mask as ${rois[roi.duplicateOf].name}`]),
    ...(roi.volumeCc === 0 ? ["empty"] : []),
    ...several(roi.tinyIslands, "tiny island", "tiny islands"),
    ...several(roi.openContours, "open contour", "open contours"),
    ...several(roi.lostContours, "contour that cannot be taken", "contours that cannot be taken"),
  ];
}

/**
 * The patients whose choice differs, changed. Patients that the text does not name stay as they are. Throws `usage` for a
 * text without the columns, an unknown case or position, a position that is another ROI's now or of another volume, and a choice that is neither yes nor no.
 */
export function applyChoices(
  patients: readonly CohortPatientFile[],
  text: string,
  where: string,
): CohortPatientFile[] {
  const records = parseCsv(text);
  const bad = (what: string): DelineateError => new DelineateError("usage", `${where}: ${what}.`);
  if (records.length === 0 || !["case", "position", "chosen"].every((column) => column in records[0]))
    throw bad("expected the columns of label-desk.csv: case, position, chosen");
  const chosen = new Map<string, number[]>();
  const open = new Set<string>();
  for (const record of records) {
    const patient = patients.find(({ name }) => name === record.case);
    if (patient === undefined) throw bad(`there is no patient ${record.case}`);
    // An empty position would be 0 as a number.
    const position = /^\d+$/.test(record.position.trim()) ? Number(record.position) : -1;
    if (patient.rois[position] === undefined) throw bad(`${record.case} has no ROI ${record.position}`);
    // A set that was exported anew may hold another ROI at that place: it would be taken for the tumour unseen.
    const { name } = patient.rois[position];
    if (record.roi !== undefined && !mayBeNamed(record.roi, position, patient))
      throw bad(
        `${record.case}: ROI ${record.position} is ${name}, and the table says ${record.roi}; if the structure set changed since the table was written, remove the cohort's label-desk.csv, import again and choose in the new one; if a spreadsheet changed the name, write it back`,
      );
    if (!mayBeOfVolume(record.volume_cc, patient.rois[position].volumeCc))
      throw bad(
        `${record.case}: ROI ${record.position}, ${name}, has ${patient.rois[position].volumeCc.toFixed(2)} cc, and the table says ${record.volume_cc}: it is another cohort's, or of before the structure set changed; remove the cohort's label-desk.csv, import again and choose in the new one`,
      );
    const answer = record.chosen.trim().toLowerCase();
    if (answer === "?" && patient.chosen === "undecided") {
      open.add(patient.name);
      continue;
    }
    if (answer !== "yes" && answer !== "no")
      throw bad(`${record.case}: expected yes or no in the column chosen, found ${record.chosen}`);
    if (answer === "yes" && patient.rois[position].lostContours > 0)
      throw bad(
        `${record.case}: ROI ${record.position} has contours that cannot be taken, and cannot be chosen`,
      );
    chosen.set(patient.name, [...(chosen.get(patient.name) ?? []), ...(answer === "yes" ? [position] : [])]);
  }
  return patients.flatMap((patient) => {
    const primary = chosen.get(patient.name);
    if (primary === undefined || (primary.length === 0 && open.has(patient.name))) return [];
    // "No" to all of an undecided patient's is an answer too: it is left out.
    if (patient.chosen !== "undecided" && String(primary) === String(patient.primary)) return [];
    const findings = patient.findings.filter(({ code }) => code !== otherRois);
    return [{ ...withPrimary(patient, primary, "by hand"), findings }];
  });
}

/**
 * Whether `told` is the name of the patient's ROI at `position`, or what a spreadsheet may have made of it and of no other one's.
 */
function mayBeNamed(told: string, position: number, { rois }: CohortPatientFile): boolean {
  const names = rois.map(({ name }) => name.trim());
  const text = told.trim();
  if (names.includes(text)) return names[position] === text;
  return names.every((name, at) => isGarbled(name, text) === (at === position));
}

/** By this factor one physician's contours of a tumour may differ in volume when it was drawn anew since the table was written. */
const drawnAnew = 1.5;

/**
 * Cases of all cohorts are called alike, and many ROIs: the volumes tell a table of other patients. A spreadsheet may round one to whole
 * cc, write a comma in it, or take it for a date, which says nothing.
 */
function mayBeOfVolume(told: string | undefined, volumeCc: number): boolean {
  const text = told?.trim() ?? "";
  if (!/^\d+([.,]\d+)?$/.test(text)) return true;
  const [less, more] = [Number(text.replace(",", ".")), volumeCc].sort((a, b) => a - b);
  return more - less <= 0.51 || more <= drawnAnew * less;
}

/** A spreadsheet takes UTF-8 for Windows' own letters, or leaves a mark for each that it cannot write. */
function isGarbled(name: string, told: string): boolean {
  if (new TextDecoder("windows-1252").decode(new TextEncoder().encode(name)) === told) return true;
  const [letters, toldLetters] = [[...name], [...told]];
  return (
    letters.length === toldLetters.length &&
    letters.every(
      (letter, at) => letter === toldLetters[at] || (letter > "\x7e" && /[?\uFFFD]/.test(toldLetters[at])),
    )
  );
}

/** What a person chose among a patient's ROIs, with the findings that say whether the choice stands. */
export type HandChoice = Pick<CohortPatientFile, "rois" | "primary" | "findings">;

/** Undefined for a patient whose tumour no person ever chose. */
export function handChoiceOf({ chosen, rois, primary, findings }: CohortPatientFile): HandChoice | undefined {
  const isByHand = chosen === "by hand" || findings.some(({ code }) => code === otherRois);
  return isByHand ? { rois, primary, findings } : undefined;
}

/** Of the finding that a choice was made among other ROIs. */
const otherRois = "chosen-among-others";

/**
 * A patient that was checked anew, with what a person had chosen before. Where its ROIs are others now, and until a person chooses
 * again, the tumour is undecided: a rule would bring back whom a person left out.
 */
export function keepChoice(patient: CohortPatientFile, before: HandChoice): CohortPatientFile {
  const traits = (rois: HandChoice["rois"]): string =>
    JSON.stringify(rois.map(({ name, volumeCc, lostContours }) => [name, volumeCc, lostContours]));
  const isStanding = before.findings.every(({ code }) => code !== otherRois);
  if (isStanding && traits(patient.rois) === traits(before.rois))
    return withPrimary(patient, before.primary, "by hand");
  const message = "A person chose its tumour among other ROIs than it has now: choose again.";
  const findings = [...patient.findings, finding("warning", otherRois, message)];
  return { ...withPrimary(patient, [], "undecided"), findings };
}

function withPrimary(patient: CohortPatientFile, primary: number[], chosen: ChoiceReason): CohortPatientFile {
  const rois = patient.rois.map((roi, position) => {
    if (primary.includes(position)) return { ...roi, role: "primary" as const };
    return roi.role === "primary" ? { ...roi, role: "other" as const } : roi;
  });
  return { ...patient, rois, primary, chosen };
}
