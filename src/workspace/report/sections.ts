/** The parts of a version's report, in the order in which a person asks: who signed what, what it is, whether it holds. */
import type { Version } from "#contract/workspace/case.ts";
import { counted } from "#core/counted.ts";
import { numberRuns } from "#core/number-runs.ts";
import { type Numbering, paragraph, section, tableBlock } from "#experiment/report/blocks.ts";
import { type Html, html, raw } from "#experiment/report/html.ts";
import { fixed, missing, volumeText } from "#statistics/printed-numbers.ts";
import { reportWindow } from "./report-pictures.ts";
import type { ReportSubject } from "./report-subject.ts";

export function signature({ version, ct }: ReportSubject, numbering: Numbering): Html {
  const { model, comment } = version;
  const began = version.start === "manual" ? "nothing: drawn by hand" : "the automatic contour";
  const rows: (readonly [string, string])[] = [
    ["Signed by", `${version.reviewer}, ${timeText(version.approvedAt)}`],
    ["Comment", comment === "" ? missing : comment],
    ["Began with", began],
    ["Model", model === null ? "none" : `${model.name} ${model.version}, SHA-256 ${model.digest}`],
    ["Expected DSC of the automatic contour", expectedText(version.expected)],
    ["DSC of the signed GTV to the automatic one", fixed(version.dscToAutomatic, 3)],
    ["CT", ctText(ct)],
    ["RTSTRUCT", `SHA-256 ${version.digest}`],
  ];
  return tableBlock(numbering, {
    title: `Version ${version.number}`,
    caption: "A signed version never changes; this page is made from it alone.",
    header: ["", ""],
    rows,
    kind: "words",
  });
}

function expectedText(expected: Version["expected"]): string {
  if (expected === null) return missing;
  if (expected.doubtful) return `doubtful: ${expected.reasons.join(" ")}`;
  if (expected.dsc === null) return "not known: the model was not calibrated";
  return `${fixed(expected.dsc, 2)}, mean error of this estimate ${fixed(expected.meanError, 2)}`;
}

function ctText({ size, spacingMm, kernel, sliceThicknessMm }: ReportSubject["ct"]): string {
  const spacing = `${fixed(spacingMm[0], 3)} × ${fixed(spacingMm[1], 3)} × ${fixed(spacingMm[2], 2)} mm`;
  const thickness = sliceThicknessMm === null ? "" : `, slices ${fixed(sliceThicknessMm, 2)} mm thick`;
  return `${size.join(" × ")} voxels of ${spacing}${thickness}${kernel === "" ? "" : `, kernel ${kernel}`}`;
}

export function structures({ version, extents }: ReportSubject, numbering: Numbering): Html[] {
  const table = tableBlock(numbering, {
    title: "Structures",
    caption:
      "Volume of the voxels inside. Slices are counted from 1 at the first one; extents are of the box round the voxels.",
    header: ["Structure", "Type", "Volume (cc)", "Slices", "R–L (mm)", "A–P (mm)", "S–I (mm)"],
    rows: version.structures.map(({ name, type, volumeCc, colour }, at) => {
      const { firstSlice, lastSlice, slices, sizeMm } = extents[at];
      const range = `${firstSlice}–${lastSlice}`;
      const gap = lastSlice - firstSlice + 1 - slices;
      return [
        html`${swatch(colour)}${name}`,
        type,
        volumeText(volumeCc),
        gap === 0 ? range : `${range}, ${gap} empty`,
        ...sizeMm.map((mm) => fixed(mm, 1)),
      ];
    }),
  });
  const derived = version.structures.filter(({ derivation }) => derivation !== null);
  if (derived.length === 0) return [table];
  const derivedTable = tableBlock(numbering, {
    title: "Structures made from others",
    caption:
      "With the margins and barriers that were used. None is signed that does not follow its sources, unless a person unlinked it.",
    header: ["Structure", "Made from"],
    rows: derived.map(({ name, derivation }) => [name, derivation ?? missing]),
    kind: "words",
  });
  return [table, derivedTable];
}

export function checks({ version }: ReportSubject): Html {
  const { faults, faultsReason, unseenSlices, unseenReason, seenDwellMs } = version;
  const nested =
    faults.length === 0
      ? "Each target lies in the one round it."
      : `${faults.join(" ")} Signed all the same: ${faultsReason ?? missing}`;
  const dwell =
    seenDwellMs === null ? "" : ` A slice counts as seen after ${fixed(seenDwellMs / 1000, 1)} s on screen.`;
  const seen =
    unseenSlices.length === 0
      ? `Every slice with GTV, or in which the model is in doubt, was seen.${dwell}`
      : `Not seen: slices ${rangesText(unseenSlices.map((k) => k + 1))}.${dwell} Signed all the same: ${unseenReason ?? missing}`;
  const verdicts = [
    ["Targets", nested, faults.length === 0],
    ["Derived structures", "Each follows what it was made from, or was unlinked by a person.", true],
    ["Slices", seen, unseenSlices.length === 0],
    [
      "File",
      "The RTSTRUCT was read back, equals the contours voxel by voxel, and breaks no rule of the preflight.",
      true,
    ],
  ] as const;
  return section(
    "Checks",
    verdicts.map(
      ([what, words, holds]) =>
        html`<p><span class="verdict ${holds ? "holds" : "contradiction"}">${holds ? "✓" : "!"} ${what}.</span> ${words}</p>
`,
    ),
  );
}

/** "3–5, 9". Ascending whole numbers. */
function rangesText(numbers: readonly number[]): string {
  return numberRuns(numbers)
    .map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`))
    .join(", ");
}

export function edits({ version }: ReportSubject, numbering: Numbering): Html {
  const minutes = version.activeMs / 60_000;
  const apl =
    version.addedPathLengthMm === null
      ? ""
      : ` Added path length of the GTV: ${fixed(version.addedPathLengthMm, 0)} mm.`;
  return tableBlock(numbering, {
    title: "What was edited",
    caption: `${counted(version.edits, "stroke or operation", "strokes and operations")} in ${counted(version.slicesTouched, "slice")}, ${fixed(minutes, 1)} minutes of active work.${apl} What was taken back counts too.`,
    header: ["Structure", "Done"],
    rows: version.structures.map(({ name, done }) => [
      name,
      done.length === 0
        ? "nothing: as it began"
        : done.map(({ words, count }) => `${words}${count > 1 ? ` × ${count}` : ""}`).join(", "),
    ]),
    kind: "words",
  });
}

export function findings({ version }: ReportSubject): Html {
  const kinds = alike(version.findings);
  return section(
    "Findings about the CT and what came with it",
    kinds.length === 0
      ? paragraph("None.")
      : html`<ul>${kinds.map(
          ({ first, others }) => html`<li>${first}${others === 0 ? "" : ` And ${others} more like it.`}</li>`,
        )}</ul>
`,
  );
}

/**
 * Sentences that differ in numbers only, or in how often a clause is repeated with others, once: a fault of every slice would fill
 * pages.
 */
function alike(sentences: readonly string[]): { readonly first: string; readonly others: number }[] {
  const kinds = new Map<string, string[]>();
  for (const sentence of sentences) {
    const kind = sentence.replace(/\d+/g, "#").replace(/([^,.:]+)(,\1)+/g, "$1");
    kinds.set(kind, [...(kinds.get(kind) ?? []), sentence]);
  }
  return [...kinds.values()].map(([first, ...others]) => ({ first, others: others.length }));
}

export function pictures({ version, pictures: drawn }: ReportSubject): Html {
  const { name, levelHu, widthHu } = reportWindow;
  const legend = version.structures.map(
    ({ name: structure, colour }) => html`<span>${swatch(colour)}${structure}</span>`,
  );
  return html`<section class="pictures"><h2>Pictures</h2>
<p class="legend">${legend}</p>
<p class="notes">Window: ${name}, level ${levelHu}, width ${widthHu} HU. R and L, A and P, S and I: the patient's right and left, front and back, head and feet. All pictures have one scale. Outlines are drawn smoothly, within half a voxel of the contours.</p>
<div class="planes">${drawn.map(
    ({ title, place, source }) =>
      html`<figure><img src="${source}" alt="${title}, ${place}"><figcaption><b>${title}</b>, ${place}</figcaption></figure>
`,
  )}</div>
</section>
`;
}

function swatch(colour: readonly number[]): Html {
  return raw(`<span class="swatch" style="background:rgb(${colour.join(" ")})"></span>`);
}

/** "2026-01-31 14:05 UTC": the same wherever the page is made. */
function timeText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
