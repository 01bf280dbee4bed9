/** Our figures beside the paper's, and the paper's figures held against each other. */

import { summariseTable } from "../../evaluate/metric-table.ts";
import type { Summary } from "../../evaluate/summary.ts";
import { type Numbering, paragraph, section, tableBlock } from "../blocks.ts";
import type { ExperimentResult, NetworkResult } from "../experiment-result.ts";
import { type Html, html } from "../html.ts";
import { fixed, meanSd, missing } from "../numbers.ts";
import { checkPaper, type Verdict } from "../zhang2020/contradictions.ts";
import { type Printed, type PrintedRow, paper } from "../zhang2020/paper.ts";

export function besideThePaper(result: ExperimentResult, numbering: Numbering): Html {
  const contradictions = checkPaper().filter(({ verdict }) => verdict === "contradiction").length;
  return section(
    "Beside the paper",
    paragraph(`${paper.citation}.`),
    tableBlock(numbering, {
      title: "The paper's Table 2 and ours",
      caption:
        "Mean ± SD. The paper does not say whether its cases are slices or patients, so both of ours stand here. Cohorts, machine and, where reduced, networks differ: the two networks can be compared with each other, not each with its figure in the paper.",
      groups: [
        { title: "", columns: 1 },
        { title: "paper", columns: 1 },
        { title: "here", columns: 2 },
      ],
      header: ["", "Table 2", "per patient", "per slice"],
      rows: result.networks.flatMap(rowsOfNetwork),
    }),
    tableBlock(numbering, {
      title: "The paper's figures against each other",
      caption: `${contradictions} of ${checkPaper().length} checks find figures that cannot all be true; what is marked open is not decided by what the paper prints. Computed from the printed figures with the room that their rounding leaves.`,
      header: ["", "the paper states", "what follows", ""],
      rows: checkPaper().map(({ title, states, computed, verdict }) => [
        title,
        states,
        computed,
        verdictCell(verdict),
      ]),
      kind: "words",
      notes: [
        "Bounds of the mean JSC: f(d) = d/(2 − d) has a positive third derivative on [0, 1], so that, among all distributions with a given mean and SD, its mean is largest for one on two points of which one is 1, and smallest for one on two points of which one is 0.",
      ],
    }),
  );
}

function rowsOfNetwork(network: NetworkResult): string[][] {
  const stated = printedOf(network);
  const isPapersBest = network.network === "modified-resnet34";
  return [
    [network.title],
    ...(["dsc", "jsc", "tpr", "fpr"] as const).map((name) => [
      name.toUpperCase(),
      printedText(stated?.[name]),
      ours(network.patients, name),
      ours(network.slices, name),
    ]),
    [
      "best DSC",
      isPapersBest ? fixed(paper.bestSliceDsc, 2) : missing,
      best(network.patients),
      best(network.slices),
    ],
    ["ms a slice", printedText(stated?.sliceMs), missing, meanSd(network.sliceMs, 1)],
  ];
}

function printedOf({ network }: NetworkResult): PrintedRow | undefined {
  const rows: Readonly<Record<string, PrintedRow | undefined>> = paper.networks;
  return rows[network];
}

function printedText(printed: Printed | undefined): string {
  if (printed === undefined) return missing;
  return `${fixed(printed.mean, printed.digits)} ± ${fixed(printed.standardDeviation, printed.digits)}`;
}

function summaryOf(table: NetworkResult["patients"], name: string): Summary | undefined {
  return summariseTable(table)[name];
}

function ours(table: NetworkResult["patients"], name: string): string {
  return meanSd(summaryOf(table, name), table.columns.find((column) => column.name === name)?.digits ?? 3);
}

function best(table: NetworkResult["patients"]): string {
  return fixed(summaryOf(table, "dsc")?.max, 2);
}

function verdictCell(verdict: Verdict): Html {
  return html`<span class="verdict ${verdict}">${verdict}</span>`;
}
