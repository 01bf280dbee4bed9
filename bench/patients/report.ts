/** The bench of patients as text: a row per case, means with their intervals, the tumours missed, what CTs without a tumour hold. */
import { table } from "#cli/output.ts";
import { createRandom } from "#core/random.ts";
import { bootstrapInterval } from "#statistics/bootstrap-interval.ts";
import { mean } from "#statistics/moments.ts";
import type { MeasuredRow } from "./measure-case.ts";
import type { Group } from "./measured-case.ts";

const columns: readonly (readonly [title: string, field: keyof MeasuredRow, digits: number])[] = [
  ["DSC", "dsc", 3],
  ["HD95 mm", "hd95Mm", 1],
  ["sDSC 2 mm", "surfaceDsc2Mm", 3],
  ["outside CTV %", "outsideCtv", 1],
  ["outside PTV %", "outsidePtv", 1],
  ["ref. cc", "referenceCc", 1],
  ["auto. cc", "automaticCc", 1],
  ["box IoU", "boxIou", 3],
  ["outside boxes %", "outsideBoxes", 1],
  ["expected DSC", "expectedDsc", 2],
  ["doubtful", "doubtful", 0],
  ["s", "seconds", 1],
];

export type GroupMean = {
  readonly group: Group;
  readonly cases: number;
  readonly meanDsc: number;
  /** 95 %, bias-corrected and accelerated bootstrap over the cases; null where it is undefined. */
  readonly interval: readonly [number, number] | null;
  readonly missed: readonly string[];
};

/** Of the groups with many cases, as far as they were measured. */
export function groupMeans(rows: readonly MeasuredRow[]): readonly GroupMean[] {
  return (["decathlon", "phantoms"] as const).flatMap((group): GroupMean[] => {
    const groupRows = rows.filter((row) => row.group === group);
    const overlaps = groupRows.flatMap(({ dsc }) => (dsc === null ? [] : [dsc]));
    if (overlaps.length === 0) return [];
    const interval = bootstrapInterval(overlaps, mean, { random: createRandom(1).fork(group) });
    const missed = groupRows.filter((row) => row.missed).map(({ name }) => name);
    return [{ group, cases: overlaps.length, meanDsc: mean(overlaps), interval, missed }];
  });
}

export function reportText(rows: readonly MeasuredRow[]): string {
  return [casesText(rows), ...groupMeans(rows).map((summary) => meanText(summary, rows)), withoutText(rows)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function casesText(rows: readonly MeasuredRow[]): string {
  const cell = (value: MeasuredRow[keyof MeasuredRow], digits: number): string => {
    if (typeof value === "boolean") return value ? "yes" : "no";
    return typeof value === "number" ? value.toFixed(digits) : "-";
  };
  return table(
    ["case", ...columns.map(([title]) => title)],
    rows.map((row) => [row.name, ...columns.map(([, field, digits]) => cell(row[field], digits))]),
  );
}

function meanText({ group, cases, meanDsc, interval }: GroupMean, rows: readonly MeasuredRow[]): string {
  const between = interval?.map((bound) => bound.toFixed(3)).join(" to ") ?? "undefined";
  const missed = rows.filter((row) => row.group === group && row.missed);
  const list = missed.map(({ name, referenceCc }) =>
    referenceCc === null ? name : `${name} (${referenceCc.toFixed(1)} cc)`,
  );
  return `${group}, ${cases} cases: mean DSC ${meanDsc.toFixed(3)}, 95 % interval ${between}; missed: ${list.join(", ") || "none"}`;
}

function withoutText(rows: readonly MeasuredRow[]): string {
  return rows
    .filter(({ group }) => group === "no-tumour")
    .map(({ name, automaticCc, doubtful }) => {
      const doubt = doubtful === null ? "" : doubtful ? ", doubtful" : ", not doubtful";
      return `${name}, without a tumour: ${automaticCc?.toFixed(1)} cc contoured${doubt}`;
    })
    .join("\n");
}
