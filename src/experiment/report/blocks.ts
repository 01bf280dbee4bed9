/** What a manuscript is made of: numbered tables and figures with captions, in the order in which they are made. */
import { colourOf, symbolOf } from "#pictures/figures/palette.ts";
import { type Html, html, nothing, raw } from "./html.ts";

/** Counts tables and figures through one page. */
export type Numbering = { table(): number; figure(): number };

export function createNumbering(): Numbering {
  let [tables, figures] = [0, 0];
  return { table: () => ++tables, figure: () => ++figures };
}

export type TableBlock = {
  readonly title: string;
  /** Unit of analysis, n, tests used. */
  readonly caption: string;
  /** Titles over several columns, above the header; an empty title leaves its columns bare. */
  readonly groups?: readonly { readonly title: string; readonly columns: number }[];
  readonly header: readonly string[];
  /** The first cell of a row is its name. A row of one cell is a heading over the rows below. */
  readonly rows: readonly (readonly (string | Html)[])[];
  readonly notes?: readonly (string | Html)[];
  /** "words": cells of text, set to the left. "long": may break over pages. */
  readonly kind?: "words" | "long";
};

export function tableBlock(numbering: Numbering, block: TableBlock): Html {
  const span = block.header.length;
  const body = block.rows.map((cells) =>
    cells.length === 1
      ? html`<tr class="group"><th scope="rowgroup" colspan="${span}">${cells[0]}</th></tr>`
      : html`<tr><th scope="row">${cells[0]}</th>${cells.slice(1).map((cell) => html`<td>${cell}</td>`)}</tr>`,
  );
  const notes = block.notes ?? [];
  return html`<div class="table ${block.kind ?? ""}">
<p class="caption"><b>Table ${numbering.table()}.</b> <span class="title">${block.title}.</span> ${block.caption}</p>
<table>
<thead>${block.groups === undefined ? nothing : groupRow(block.groups)}<tr>${block.header.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${body}</tbody></table>
${notes.length === 0 ? nothing : html`<p class="notes">${notes.map((note) => html`${note} `)}</p>`}</div>
`;
}

function groupRow(groups: NonNullable<TableBlock["groups"]>): Html {
  return html`<tr class="over">${groups.map(
    ({ title, columns }) =>
      html`<th scope="colgroup" colspan="${columns}">${title === "" ? nothing : html`<span>${title}</span>`}</th>`,
  )}</tr>`;
}

type FigureBlock = {
  readonly title: string;
  readonly caption: string;
  readonly body: Html;
  /** Networks whose colours and symbols are explained above the drawing. */
  readonly legend?: readonly string[];
};

export function figureBlock(numbering: Numbering, block: FigureBlock): Html {
  return html`<figure>
${block.legend === undefined ? nothing : legend(block.legend)}
${block.body}
<figcaption><b>Figure ${numbering.figure()}.</b> <span class="title">${block.title}.</span> ${block.caption}</figcaption>
</figure>
`;
}

const shapes = {
  circle: '<circle cx="6" cy="6" r="4"/>',
  triangle: '<path d="M6 1.5 11 10.5H1Z"/>',
  square: '<path d="M2 2H10V10H2Z"/>',
  diamond: '<path d="M6 1 11 6 6 11 1 6Z"/>',
} as const;

function legend(titles: readonly string[]): Html {
  return html`<p class="legend">${titles.map(
    (title, index) =>
      html`<span>${raw(
        `<svg width="12" height="12" aria-hidden="true" fill="${colourOf(index)}" fill-opacity="0.55" stroke="${colourOf(index)}">${shapes[symbolOf(index)]}</svg>`,
      )} ${title}</span>`,
  )}</p>`;
}

export function section(title: string, ...content: readonly (Html | readonly Html[])[]): Html {
  return html`<section><h2>${title}</h2>
${content}</section>
`;
}

export function paragraph(text: string | Html): Html {
  return html`<p>${text}</p>
`;
}
