/** Pictures of what the networks drew: best, median and worst patient, by size of the tumour, and of the stress set. */

import { figureBlock, type Numbering } from "#experiment/report/blocks.ts";
import type { ExperimentResult, OverlayPicture } from "#experiment/report/experiment-result.ts";
import { type Html, html, raw } from "#experiment/report/html.ts";
import { overlayColours } from "#pictures/overlay.ts";
import { fixed } from "#statistics/printed-numbers.ts";

const colourKey = Object.entries(overlayColours).map(([name, colour]) =>
  raw(`<span><span class="key" style="background:rgb(${colour.join(",")})"></span>${name}</span>`),
);

/** A row per network, a column per role; nothing without pictures of the group. */
export function overlayFigure(
  { networks }: ExperimentResult,
  pictures: readonly OverlayPicture[],
  numbering: Numbering,
  figure: { readonly group: OverlayPicture["group"]; readonly title: string; readonly caption: string },
): Html[] {
  const shownPictures = pictures.filter(({ group }) => group === figure.group);
  const roles = [...new Set(shownPictures.map(({ role }) => role))];
  if (roles.length === 0) return [];
  const cells = networks.map(({ network, title }) => [
    html`<p class="head">${title}</p>`,
    roles.map((role) => {
      const picture = shownPictures.find(
        (candidate) => candidate.network === network && candidate.role === role,
      );
      return picture === undefined ? html`<div></div>` : pictureCell(picture);
    }),
  ]);
  return [
    figureBlock(numbering, {
      title: figure.title,
      caption: `${figure.caption} Mediastinum window (level 40, width 400 HU), the slice with most of the reference; DSC is of the whole patient.`,
      body: html`<p class="legend">${colourKey}</p><div class="overlays" style="grid-template-columns:4.6rem repeat(${roles.length}, minmax(0, 14.5rem))">${cells}</div>`,
    }),
  ];
}

function pictureCell({ source, role, dsc, size, patient, slice }: OverlayPicture): Html {
  return html`<div><img src="${source}" alt="${role}: ${patient}, slice ${slice + 1}"><p class="label"><b>${role}</b><br>DSC ${fixed(dsc, 2)}, ${size}<br>${patient}, slice ${slice + 1}</p></div>`;
}
