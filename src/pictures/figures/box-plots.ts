/**
 * Distributions of several metrics of the networks beside each other: a box from the first to the third quartile with the
 * median, whiskers to the outermost case within 1.5 interquartile ranges, and every case as a point.
 */
import { axisY, boxY, dot, frame } from "@observablehq/plot";
import { drawFigure, type Figure } from "./draw.ts";
import { networkScales } from "./palette.ts";

type BoxCase = { readonly metric: string; readonly network: string; readonly value: number };

/** Points of one box are set side by side by their rank, in this many columns. */
const columns = 5;
const columnPixels = 4;

/** All metrics share one axis from 0 to 1. */
export function boxPlots(titles: readonly string[], cases: readonly BoxCase[]): Figure {
  const metrics = [...new Set(cases.map(({ metric }) => metric))];
  const points = Array.from({ length: columns }, (_, column) => {
    const shown = metrics.flatMap((metric) =>
      titles.flatMap((network) =>
        cases
          .filter((item) => item.metric === metric && item.network === network)
          .filter((_, index) => index % columns === column),
      ),
    );
    return dot(shown, {
      fx: "metric",
      x: "network",
      y: "value",
      r: 1.6,
      fill: "#222",
      fillOpacity: 0.55,
      dx: (column - (columns - 1) / 2) * columnPixels,
    });
  });
  return drawFigure("Box plots", {
    width: 640,
    height: 280,
    marginLeft: 40,
    fx: { label: null, domain: metrics, padding: 0.12 },
    x: { label: null, domain: [...titles], axis: null, padding: 0.3 },
    y: { domain: [0, 1], label: null, grid: false },
    ...networkScales(titles),
    marks: [
      axisY({ label: null }),
      frame({ stroke: "#e2e2e2" }),
      boxY(cases, {
        fx: "metric",
        x: "network",
        y: "value",
        fill: "network",
        fillOpacity: 0.35,
        stroke: "#333",
        strokeWidth: 1,
        r: 0,
      }),
      ...points,
    ],
  });
}
