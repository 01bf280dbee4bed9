/** The head of the report: title, what it may be used for, and the answer in a few sentences, whichever it is. */
import { researchUse } from "#contract/research-use.ts";
import { counted } from "#core/counted.ts";
import { fewestForInterval, type MetricComparison } from "#evaluate/compare-tables.ts";
import { paragraph } from "#experiment/report/blocks.ts";
import type { ExperimentResult, NetworkComparison } from "#experiment/report/experiment-result.ts";
import { type Html, html, nothing } from "#experiment/report/html.ts";
import { paper } from "#experiment/report/zhang2020/paper.ts";
import { protocolRows } from "#experiment/report/zhang2020/protocol-table.ts";
import { fixed, meanSd, pSentence } from "#statistics/printed-numbers.ts";

/** So that a title does not break within "non-small" or "U-Net". */
const nonBreakingHyphen = "\u2011";

export function head(result: ExperimentResult): Html {
  const names = result.networks.map(({ title }) => title).join(" and ");
  const title =
    result.protocol === "zhang2020"
      ? `Segmentation of the gross target volume in non-small cell lung cancer: ${names} under the protocol of Zhang et al. 2020${isReduced(result) ? ", reduced" : ""}`
      : `Segmentation of the gross target volume in non-small cell lung cancer: ${names} on the same split`;
  const { provenance, cohort } = result;
  return html`<header>
<h1>${title.replaceAll("-", nonBreakingHyphen)}</h1>
<p class="byline">Cohort ${cohort}. ${provenance.program} ${provenance.version}, ${provenance.finishedAt.slice(0, 10)}.</p>
<p class="research">${researchUse}</p>
<div class="summary">
${paragraph(methodSentence(result))}
${result.spacing === "known" ? nothing : paragraph(noSpacing)}
${result.comparisons.map((comparison) => html`<p class="result">${resultSentence(comparison)}</p>`)}
${paragraph(stressSentence(result))}
${paragraph(reductionSentence(result))}
</div>
</header>
`;
}

const noSpacing =
  "The spacing of this cohort's images is not known. No figure here depends on it: sizes are in voxels, and volumes, distances and margins are left out.";

function isReduced(result: ExperimentResult): boolean {
  return protocolRows(result).some(({ how }) => how === "reduced");
}

function methodSentence({ networks, folds, split, patients }: ExperimentResult): string {
  const names = networks.map(({ title }) => title).join(" and ");
  const tested = networks[0]?.patients.rows.length ?? 0;
  const { train, validation } = folds[0];
  const validationText =
    validation.length === 0 ? "" : ` (the epoch chosen on ${counted(validation.length, "further one")})`;
  // A split that somebody wrote may test some of them only.
  const contoured =
    tested === patients.length ? "each patient" : `${tested} of ${patients.length} patients each`;
  const design =
    folds.length > 1
      ? `in ${folds.length}-fold cross-validation, ${contoured} contoured by the model that had not seen it`
      : `on the same ${counted(train.length, "patient")}${validationText} and tested on ${counted(tested, "other")}`;
  return `${capital(names)} were trained from scratch ${design} (split seed ${split.seed}), with the same hyperparameters, the same order of images and the same augmentation. The contour is where the sigmoid is above ${networks[0].threshold}, its surest connected region, without manual correction.`;
}

/** What a reader must know before any figure: how far this is from the paper's scale. */
function reductionSentence(result: ExperimentResult): string {
  const reduced = protocolRows(result).filter(({ how }) => how === "reduced");
  if (reduced.length === 0) return "Nothing was reduced against the paper.";
  const parts = reduced.map(({ what, paper, here }) => `${what} ${here} instead of ${paper}`);
  return `Reduced against the paper: ${parts.join(", ")}. What else differs stands in the configuration table.`;
}

/** "The modified ResNet34 is ahead": said only where the test says so; else that they cannot be told apart. */
export function resultSentence({ a, b, patient }: NetworkComparison): string {
  const dsc = patient.find(({ column }) => column.name === "dsc");
  if (dsc === undefined || dsc.difference.mean === null) return "No patient has a DSC under both networks.";
  const { difference, differenceInterval, pairedT, wilcoxon } = dsc;
  const mean = difference.mean ?? 0;
  const few = dsc.persons < fewestForInterval ? `, no interval: fewer than ${fewestForInterval} persons` : "";
  const interval =
    differenceInterval === null
      ? few
      : `, 95 % bootstrap interval ${fixed(differenceInterval[0], 3)} to ${fixed(differenceInterval[1], 3)}`;
  const test = pairedT === null ? "" : `, paired t-test ${pSentence(pairedT.p)}`;
  const ranks = wilcoxon === null ? "" : `, Wilcoxon ${pSentence(wilcoxon.p)}`;
  const figures = `mean DSC per patient ${meanSd(dsc.a, 3)} (${a}) and ${meanSd(dsc.b, 3)} (${b}) (difference ${fixed(mean, 3)}${interval}${test}${ranks}; ${counted(dsc.pairs, "pair")})`;
  return `${verdict(a, b, dsc)}: ${figures}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function verdict(a: string, b: string, { difference, pairedT }: MetricComparison): string {
  const mean = difference.mean ?? 0;
  const significant = pairedT !== null && pairedT.p <= paper.significant;
  if (mean === 0) return `The ${a} and the ${b} are level`;
  const [ahead, behind] = mean > 0 ? [a, b] : [b, a];
  return significant
    ? `The ${ahead} is ahead of the ${behind}`
    : `The ${ahead} has the higher mean than the ${behind}, but by the paired t-test these patients do not tell the two apart at P ≤ ${paper.significant}`;
}

function stressSentence({ stress, networks }: ExperimentResult): string {
  if (stress.length === 0) return "No stress set was run.";
  const parts = stress.map(({ title, tables }) => {
    const figures = networks.map(({ title: name }, index) => {
      const values = tables[index].rows.map(({ values: row }) => row.dsc ?? null);
      const defined = values.filter((value) => value !== null);
      const mean =
        defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length;
      return `${fixed(mean, 3)} (${name})`;
    });
    return `${title}: mean DSC ${figures.join(", ")}`;
  });
  return `Stress set, apart from the figures above. ${parts.join(". ")}.`;
}
