/** `report.html`: the whole experiment as one file that needs nothing else, in the order of a manuscript. */
import { createNumbering } from "./blocks.ts";
import type { ExperimentResult, OverlayPicture } from "./experiment-result.ts";
import { html, raw } from "./html.ts";
import { besideThePaper } from "./sections/beside-the-paper.ts";
import { everyPatient, undefinedCases } from "./sections/cases.ts";
import { cohort } from "./sections/cohort.ts";
import { configuration, provenance } from "./sections/configuration.ts";
import { dependence } from "./sections/dependence.ts";
import { margins } from "./sections/margins.ts";
import { overlayFigure } from "./sections/overlays.ts";
import { results } from "./sections/results.ts";
import { stressSet } from "./sections/stress.ts";
import { head } from "./sections/summary.ts";
import { times } from "./sections/times.ts";
import { training } from "./sections/training.ts";
import { volumes } from "./sections/volumes.ts";
import { pageStyle } from "./style.ts";

/** At least one network and one test patient. The same data give the same bytes. */
export function reportPage(result: ExperimentResult, pictures: readonly OverlayPicture[]): string {
  const numbering = createNumbering();
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${result.networks.map(({ title }) => title).join(" and ")} on ${result.cohort}</title>
<style>${raw(pageStyle)}</style>
</head>
<body>
${head(result)}
${cohort(result, numbering)}
${results(result, numbering)}
${overlayFigure(result, pictures, numbering, {
  group: "rank",
  title: "Best, median and worst patient",
  caption: "Ranked by the mean of the networks' DSC, so that all networks show the same patients.",
})}
${undefinedCases(result, numbering)}
${margins(result, numbering)}
${volumes(result, numbering)}
${dependence(result, numbering)}
${overlayFigure(result, pictures, numbering, {
  group: "size",
  title: "By size",
  caption: "The smallest test tumour, that of median volume, and the largest.",
})}
${training(result, numbering)}
${times(result, numbering)}
${stressSet(result, pictures, numbering)}
${result.protocol === "zhang2020" ? besideThePaper(result, numbering) : ""}
${configuration(result, numbering)}
${everyPatient(result, numbering)}
${provenance(result, numbering)}
</body>
</html>
`;
  return page.html;
}
