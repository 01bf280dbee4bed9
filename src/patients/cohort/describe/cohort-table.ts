/**
 * The paper's Table 1 for one or several groups of patients side by side (training and test, say): numbers only, no files.
 * The rows are the same for every group. What is missing is counted as missing and is in no median.
 */
import type { TumourDescription } from "#anatomy/describe-tumour.ts";
import { lobes } from "#anatomy/estimate-lobe.ts";
import type { Spacing } from "#contract/cohort-manifest.ts";
import { volumeText } from "#statistics/printed-numbers.ts";
import { type ClinicalRecord, stages } from "./clinical-record.ts";

export type CohortMember = {
  readonly name: string;
  /** As much of it as is known. */
  readonly tumour: Partial<TumourDescription> | undefined;
  readonly clinical: ClinicalRecord | undefined;
};

export type CohortTable = {
  /** Titles of the groups. */
  readonly columns: readonly string[];
  readonly rows: readonly CohortTableRow[];
};

type CohortTableRow = {
  /** "Lobe (estimate)"; the same for all rows of one characteristic. */
  readonly characteristic: string;
  /** "left upper"; empty where the characteristic has one row. */
  readonly category: string;
  /** One text a column. */
  readonly cells: readonly string[];
};

type CohortGroup = { readonly title: string; readonly members: readonly CohortMember[] };

/** With unknown spacing the size is in voxels, and rows that need millimetres are left out. */
export function cohortTable(groups: readonly CohortGroup[], spacing: Spacing = "known"): CohortTable {
  const row = (
    characteristic: string,
    category: string,
    cell: (members: readonly CohortMember[]) => string,
  ): CohortTableRow => ({ characteristic, category, cells: groups.map(({ members }) => cell(members)) });
  /** A row for each category, and one for what is missing if anything is. */
  const counts = (
    characteristic: string,
    categories: readonly string[],
    read: (member: CohortMember) => string | undefined,
  ): CohortTableRow[] => {
    const rows = categories.map((category) =>
      row(characteristic, category, (members) => share(members, (member) => read(member) === category)),
    );
    const missing = row(characteristic, "missing", (members) =>
      share(members, (member) => read(member) === undefined),
    );
    return groups.some(({ members }) => members.some((member) => read(member) === undefined))
      ? [...rows, missing]
      : rows;
  };
  const histologies = new Set(
    groups.flatMap(({ members }) => members.flatMap(({ clinical }) => clinical?.histology ?? [])),
  );
  const sized = spacing === "known";
  const lobeNames = lobes.map((lobe) => lobe.replace("-", " "));
  return {
    columns: groups.map(({ title }) => title),
    rows: [
      row("Patients", "", (members) => String(members.length)),
      row("Age, years", "median (range)", (members) =>
        spread(members, ({ clinical }) => clinical?.ageYears, 0),
      ),
      ...counts("Sex", ["female", "male"], ({ clinical }) => clinical?.sex),
      ...counts("Side", ["right", "left"], ({ tumour }) => tumour?.side),
      ...counts("Stage", stages, ({ clinical }) => clinical?.stage),
      ...counts("Histology", [...histologies].sort(), ({ clinical }) => clinical?.histology),
      sized
        ? row("GTV, cc", "median (range)", (members) => spread(members, ({ tumour }) => tumour?.volumeCc, 1))
        : row("GTV, voxels", "median (range)", (members) =>
            spread(members, ({ tumour }) => tumour?.voxels, 0),
          ),
      ...(sized ? inMillimetres() : []),
    ],
  };

  function inMillimetres(): CohortTableRow[] {
    return [
      ...counts("Lobe (estimate)", lobeNames, ({ tumour }) => tumour?.lobe?.replace("-", " ")),
      ...counts("Contact with chest wall (estimate)", ["yes", "no"], ({ tumour }) =>
        yesNo(tumour?.chestWallContact),
      ),
      ...counts("Contact with mediastinum (estimate)", ["yes", "no"], ({ tumour }) =>
        yesNo(tumour?.mediastinumContact),
      ),
      row("Sphericity", "median (range)", (members) =>
        spread(members, ({ tumour }) => tumour?.sphericity, 2),
      ),
    ];
  }
}

function yesNo(value: boolean | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value ? "yes" : "no";
}

function share(members: readonly CohortMember[], isOne: (member: CohortMember) => boolean): string {
  const count = members.filter(isOne).length;
  const percent = members.length === 0 ? 0 : Math.round((100 * count) / members.length);
  return `${count} (${percent} %)`;
}

/** "85.4 (1.6 - 678.6)", with how many are missing; the median of an even number is the mean of the middle two. */
function spread(
  members: readonly CohortMember[],
  read: (member: CohortMember) => number | undefined,
  digits: number,
): string {
  const values = members
    .map(read)
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b);
  if (values.length === 0) return "missing";
  const middle = (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
  // A tumour of 0.04 cc is none of 0.0 cc.
  const show = (value: number): string =>
    value > 0 && Number(value.toFixed(digits)) === 0 ? volumeText(value) : value.toFixed(digits);
  const missing = members.length - values.length;
  return `${show(middle)} (${show(values[0])} - ${show(values[values.length - 1])})${missing > 0 ? `, ${missing} missing` : ""}`;
}
