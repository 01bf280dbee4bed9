/** The report of a signed version as one page that needs nothing else, for the screen and for A4. The same data give the same bytes. */
import { researchUse } from "#contract/research-use.ts";
import { createNumbering } from "#experiment/report/blocks.ts";
import { html, raw } from "#experiment/report/html.ts";
import { pageStyle } from "#experiment/report/style.ts";
import type { ReportSubject } from "./report-subject.ts";
import { checks, edits, findings, pictures, signature, structures } from "./sections.ts";

/** What the report needs beside the house's style. */
const reportStyle = `
.swatch { display: inline-block; width: .8em; height: .8em; margin-right: .45em; border: 1px solid #0004; vertical-align: -.06em; }
.planes { display: grid; grid-template-columns: 1fr 1fr; gap: .9rem; }
.planes figure { margin: 0; }
.planes img { display: block; width: 100%; height: auto; background: #000; }
.legend { flex-wrap: wrap; gap: .3rem 1.2rem; }
@media print {
  /* Five pictures and their legend on one page. */
  .planes { grid-template-columns: 66mm 66mm; gap: 3mm 8mm; justify-content: center; }
  .planes figure { break-inside: avoid; }
  .pictures { break-before: page; }
}
`;

export function reportPage(subject: ReportSubject): string {
  const numbering = createNumbering();
  const { patientLabel, version } = subject;
  const title = `Contours of ${patientLabel}, version ${version.number}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(pageStyle)}${raw(reportStyle)}</style>
</head>
<body>
<h1>${title}</h1>
<p class="research">${researchUse}</p>
${signature(subject, numbering)}
${structures(subject, numbering)}
${checks(subject)}
${edits(subject, numbering)}
${findings(subject)}
${pictures(subject)}
</body>
</html>
`;
  return page.html;
}
