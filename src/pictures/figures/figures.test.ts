/** Figures say what their data say: where marks lie is worked out from the data and the axes by hand. */
import { expect, test } from "vitest";
import { blandAltmanFigure } from "./bland-altman.ts";
import { boxPlots } from "./box-plots.ts";
import { expectedDscFigure } from "./expected-dsc.ts";
import { lossCurves } from "./loss-curves.ts";
import { scatter } from "./scatter.ts";
import { strataBars } from "./strata-bars.ts";
import { trainingCurves } from "./training-curves.ts";

const titles = ["first", "second"];

/** The elements of one mark, by the name that Plot gives its group. */
function group(svg: string, label: string): string {
  const start = svg.indexOf(`aria-label="${label}"`);
  expect(start, `a group of ${label} in the figure`).toBeGreaterThan(0);
  return svg.slice(start, svg.indexOf("</g>", start));
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

const scatterAxes = { xLabel: "volume", yLabel: "DSC", logarithmic: true, yDomain: [0, 1] } as const;

test("expected DSC lies along x, true DSC along y, on axes of one length, and the bound of doubt where it is", () => {
  const errors = { count: 2, spearman: 1, meanAbsoluteError: 0.1 };
  const pairs = [
    { expected: 0.8, dsc: 0.9, kind: "patient" },
    { expected: 0.1, dsc: 0, kind: "tumour-free" },
  ] as const;
  const none = { intercept: 0, terms: [] };
  const calibration = { patients: 2, cohorts: ["c"], contours: errors, slices: errors, pairs: [...pairs] };
  const { svg, position } = expectedDscFigure({ contour: none, slice: none, doubtBelow: 0.6, calibration });
  expect(svg).toMatch(/^<svg/);
  for (const { expected, dsc } of pairs)
    expect(svg).toContain(`translate(${position("x", expected)},${position("y", dsc)})`);
  expect(group(svg, "rule")).toContain(String(position("x", 0.6)));
  expect(svg).toContain("slices without tumour");
  expect(svg).not.toContain("degraded");
});

test("a decade of volume is as wide as any other on a logarithmic axis", () => {
  const points = [1, 10, 100].map((x) => ({ network: "first", x, y: 0.5 }));
  const { position } = scatter(titles, points, scatterAxes);
  const decade = position("x", 10) - position("x", 1);
  expect(position("x", 100) - position("x", 10)).toBeCloseTo(decade, 6);
});

test("a scatter plot has one symbol for each case, where the axes say", () => {
  const points = [
    { network: "first", x: 3, y: 0.25 },
    { network: "second", x: 30, y: 0.75 },
    { network: "second", x: 5, y: 1 },
  ];
  const { svg, position } = scatter(titles, points, scatterAxes);
  const dots = group(svg, "dot");
  expect(count(dots, /<path/g)).toBe(3);
  for (const { x, y } of points) expect(dots).toContain(`translate(${position("x", x)},${position("y", y)})`);
  // DSC 0.25 and 0.75 are half the axis apart.
  const axis = position("y", 0) - position("y", 1);
  expect(position("y", 0.25) - position("y", 0.75)).toBeCloseTo(axis / 2, 6);
});

test("a box plot has a point for each case and a line at the median of each box", () => {
  const cases = titles.flatMap((network) =>
    [0.3, 0.4, 0.5, 0.6, 0.8].map((value) => ({ metric: "DSC", network, value })),
  );
  const { svg, position } = boxPlots(titles, cases);
  const heights = [...svg.matchAll(/<circle[^>]*cy="([\d.]+)"/g)].map((match) => Number(match[1]));
  const expected = cases.map(({ value }) => position("y", value));
  expect(heights.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
  const medians = group(svg, "tick");
  expect(count(medians, new RegExp(`y1="${position("y", 0.5)}"`, "g"))).toBe(2);
  // Quartiles of five values are the second and the fourth.
  const boxes = [...group(svg, "bar").matchAll(/height="([\d.]+)"/g)].map((match) => Number(match[1]));
  expect(boxes).toHaveLength(2);
  for (const height of boxes) expect(height).toBeCloseTo(position("y", 0.4) - position("y", 0.6), 6);
});

test("a Bland-Altman plot has a point per patient and lines at the bias and both limits, in each panel", () => {
  const points = [
    { mean: 10, difference: -4 },
    { mean: 50, difference: 2 },
    { mean: 90, difference: 8 },
  ];
  const panels = titles.map((network) => ({ network, points, bias: 2, lower: -9.76, upper: 13.76 }));
  const { svg, position } = blandAltmanFigure(titles, panels, "cc");
  expect(count(svg, /<path[^>]*transform="translate\([^"]*"[^>]*>/g)).toBeGreaterThanOrEqual(6);
  for (const at of [2, -9.76, 13.76]) {
    expect(count(svg, new RegExp(`y1="${position("y", at)}"`, "g")), `lines at ${at}`).toBe(2);
  }
  expect(count(svg, /mean \+2\.0</g)).toBe(2);
  expect(count(svg, /−1\.96 SD −9\.8</g)).toBe(2);
});

test("a bias that rounds to 0 has no sign, as in the table below the plot", () => {
  const points = [{ mean: 20, difference: 0 }];
  const panel = { network: "first", points, bias: -0.04, lower: -2.04, upper: 1.96 };
  const { svg } = blandAltmanFigure(["first"], [panel], "cc");
  expect(svg).toContain("mean 0.0<");
  expect(svg).toContain("SD +2.0<");
  expect(svg).toContain("SD −2.0<");
});

test("a loss curve has a vertex an epoch, and the validation loss is dashed", () => {
  const training = [0.1, 0.01, 0.001].map((loss, at) => ({ epoch: at + 1, loss }));
  const validation = training.slice(1);
  const { svg, position } = lossCurves(titles, [{ network: "first", fold: 1, training, validation }]);
  const paths = [...svg.matchAll(/<g[^>]*aria-label="line"[^>]*>.*?<\/g>/g)].map((match) => match[0]);
  const vertices = paths.map((path) => count(path, /[ML]/g));
  expect(vertices).toEqual([3, 2]);
  expect(paths[1]).toContain('stroke-dasharray="5 3"');
  expect(position("y", 0.1) - position("y", 0.01)).toBeCloseTo(position("y", 0.01) - position("y", 0.001), 6);
});

test("a stratum's bar is as high as its mean, and its line ends at 0 and 1", () => {
  const bars = [
    { stratum: "small", network: "first", mean: 0.5, standardDeviation: 0.75 },
    { stratum: "small", network: "second", mean: 0.25, standardDeviation: 0 },
  ];
  const { svg, position } = strataBars(titles, bars, "DSC");
  const axis = position("y", 0) - position("y", 1);
  const heights = [...group(svg, "bar").matchAll(/height="([\d.]+)"/g)].map((match) => Number(match[1]));
  expect(heights[0]).toBeCloseTo(axis / 2, 6);
  expect(heights[1]).toBeCloseTo(axis / 4, 6);
  const lines = group(svg, "rule");
  expect(lines).toContain(`"${position("y", 0)}"`);
  expect(lines).toContain(`"${position("y", 1)}"`);
});

test("the same data give the same bytes, and a value outside any axis has no place", () => {
  const bars = [{ stratum: "all", network: "first", mean: 0.5, standardDeviation: 0.1 }];
  const figure = strataBars(titles, bars, "DSC");
  expect(strataBars(titles, bars, "DSC").svg).toBe(figure.svg);
  expect(() => figure.position("x", "third")).toThrow("no place");
});

test.each([[[0.7312345]], [[0.7312345, 0.7312399]]])("losses %j have an axis with labels", (losses) => {
  const training = losses.map((loss, at) => ({ epoch: at + 1, loss }));
  const { svg } = lossCurves(["first"], [{ network: "first", fold: 1, training, validation: [] }]);
  const labels = [...group(svg, "y-axis tick label").matchAll(/>([\d.]+)</g)].map(([, label]) => label);
  expect(labels).toContain("0.7");
  expect(Math.max(...labels.map(({ length }) => length))).toBeLessThan(5);
});

test("the curves of a training: the loss above, below it the DSC, with a dot on the best epoch", () => {
  const training = [1, 2, 4].map((epoch) => ({ epoch, loss: 1 / epoch }));
  const curve = { network: "first", fold: 1, training, validation: [] };
  const dsc = [0.2, 0.7, 0.6].map((value, at) => ({ epoch: at + 1, dsc: value }));
  const svg = trainingCurves(curve, dsc, 2);
  expect(count(svg, /<svg y="(0|260)" /g)).toBe(2);
  const below = svg.slice(svg.indexOf('<svg y="260"'));
  expect(count(group(below, "dot"), /<circle/g)).toBe(1);
  // From DSC 0 to 1 the axis runs upwards: the dot lies at 0.7 of it.
  const tick = (label: string): number =>
    Number(new RegExp(`translate\\([\\d.]+,([\\d.]+)\\)" y="[^"]+">${label}<`).exec(below)?.[1]);
  const height = Number(/cy="([\d.]+)"/.exec(group(below, "dot"))?.[1]);
  expect((tick("0.0") - height) / (tick("0.0") - tick("1.0"))).toBeCloseTo(0.7, 2);
  expect(count(trainingCurves(curve, [], undefined), /<svg y="/g)).toBe(1);
});
