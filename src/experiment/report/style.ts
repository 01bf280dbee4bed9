/** The page's look: a manuscript in one column, for the screen and for A4. No fonts or images from elsewhere. */

export const pageStyle = `
:root { color-scheme: light; --ink: #1d1d1f; --quiet: #5d5d63; --line: #d5d5d8; --accent: #1c5d99; }
* { box-sizing: border-box; }
html { background: #fff; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
body {
  margin: 0 auto; padding: 3.2rem 2rem 4rem; max-width: 52rem; color: var(--ink);
  font: 15.5px/1.55 Charter, "Bitstream Charter", "Source Serif 4", Cambria, Georgia, "TeX Gyre Termes", "Liberation Serif", "Times New Roman", serif;
  font-variant-numeric: lining-nums; text-rendering: optimizeLegibility; hyphens: manual;
}
h1 { font-size: 1.5rem; line-height: 1.25; font-weight: 600; margin: 0 0 .5rem; letter-spacing: -.005em; text-wrap: balance; }
h2 { font-size: 1.2rem; line-height: 1.3; font-weight: 600; margin: 2.6rem 0 .7rem; break-after: avoid; }
h3 { font-size: 1rem; font-weight: 600; font-style: italic; margin: 1.7rem 0 .3rem; break-after: avoid; }
p { margin: 0 0 .8rem; }
.byline { color: var(--quiet); font-size: .9rem; margin-bottom: .3rem; }
.research { color: #8a2b12; font-size: .9rem; font-weight: 600; margin-bottom: 1.5rem; }
.summary { border: solid var(--line); border-width: 1px 0; padding: 1rem 0 .3rem; margin: 1.4rem 0 1.6rem; }
.summary p.result { font-size: 1.08rem; }
.table, figure { margin: 1.5rem 0 1.7rem; break-inside: avoid; }
.table { overflow-x: auto; }
.table.long { break-inside: auto; }
table, .caption, figcaption, .notes, .legend, pre {
  font-family: "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums lining-nums;
}
table { border-collapse: collapse; width: 100%; font-size: .765rem; line-height: 1.4; border-bottom: 1.5px solid var(--ink); }
.caption, figcaption { font-size: .79rem; line-height: 1.45; color: var(--quiet); margin: 0 0 .5rem; break-after: avoid; }
.caption b, figcaption b, .caption .title, figcaption .title { color: var(--ink); }
.caption .title, figcaption .title { font-weight: 600; }
figcaption { margin: .55rem 0 0; break-after: auto; }
thead th { border-top: 1.5px solid var(--ink); border-bottom: 1px solid var(--ink); font-weight: 600; vertical-align: bottom; }
th, td { padding: .24rem .5rem; text-align: right; vertical-align: top; }
td { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
tbody th { font-weight: 400; white-space: nowrap; }
td small { display: block; font-size: .92em; color: var(--quiet); }
thead tr.over th { border-bottom: 0; text-align: center; padding-bottom: 0; }
thead tr.over th span { display: block; border-bottom: 1px solid var(--line); padding-bottom: .15rem; }
thead tr.over + tr th { border-top: 0; }
tr.group th { white-space: normal; font-weight: 600; padding-top: .6rem; border-top: 1px solid var(--line); }
tbody tr.group:first-child th { border-top: 0; padding-top: .3rem; }
table.words td, .words td { text-align: left; white-space: normal; }
.words th { text-align: left; padding-right: .8rem; white-space: normal; }
.words tbody th { width: 22%; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.notes { font-size: .73rem; line-height: 1.45; color: var(--quiet); margin: .45rem 0 0; }
.legend { font-size: .78rem; margin: 0 0 .35rem; display: flex; gap: 1.5rem; }
.legend svg { vertical-align: -1px; }
figure > svg { display: block; width: 100%; height: auto; }
.overlays { display: grid; gap: .7rem .55rem; max-width: 100%; }
.overlays img { width: 100%; height: auto; display: block; }
.overlays .label { font: .73rem/1.35 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; color: var(--quiet); margin: .22rem 0 0; }
.overlays .label b { color: var(--ink); font-weight: 600; }
.overlays .head { font: 600 .79rem/1.3 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; margin: 0; align-self: center; }
.key { display: inline-block; width: .62rem; height: .62rem; margin: 0 .2rem 0 .1rem; border: 1px solid #0003; vertical-align: -1px; }
.verdict { font-weight: 600; } .verdict.contradiction { color: #a2330f; } .verdict.holds { color: #2c6e3f; } .verdict.open { color: #6b5a00; }
.equation { font-style: italic; }
pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .74rem; line-height: 1.5; background: #f6f6f7; padding: .7rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere; border-radius: 3px; }
@page { size: A4; margin: 19mm 18mm 18mm; }
@media print {
  html { font-size: 12.2px; }
  .table { overflow: visible; }
  body { font-size: 9.6pt; line-height: 1.45; padding: 0; max-width: none; }
  h2 { margin-top: 1.9rem; }
  p { orphans: 3; widows: 3; }
}
`;
