/** One metric of each case against a property of its tumour, a symbol a network. */
import { dot, ruleY } from "@observablehq/plot";
import { drawFigure, type Figure } from "./draw.ts";
import { networkScales, rule } from "./palette.ts";

type ScatterPoint = { readonly network: string; readonly x: number; readonly y: number };

type ScatterAxes = {
  readonly xLabel: string;
  readonly yLabel: string;
  /** Volumes span decades: their axis is logarithmic. */
  readonly logarithmic: boolean;
  readonly yDomain?: readonly [number, number];
};

export function scatter(
  titles: readonly string[],
  points: readonly ScatterPoint[],
  axes: ScatterAxes,
): Figure {
  return drawFigure(`${axes.yLabel} against ${axes.xLabel}`, {
    width: 640,
    height: 280,
    marginLeft: 44,
    x: {
      type: axes.logarithmic ? "log" : "linear",
      label: axes.xLabel,
      labelAnchor: "center",
      labelArrow: "none",
      nice: true,
      ...(axes.logarithmic ? { tickFormat: "~r", ticks: 6 } : {}),
    },
    y: {
      ...(axes.yDomain === undefined ? { nice: true } : { domain: [...axes.yDomain] }),
      label: axes.yLabel,
      labelAnchor: "center",
      labelArrow: "none",
      ticks: 6,
    },
    ...networkScales(titles),
    marks: [
      ruleY([axes.yDomain?.[0] ?? 0], { stroke: rule }),
      dot(points, {
        x: "x",
        y: "y",
        stroke: "network",
        fill: "network",
        fillOpacity: 0.3,
        symbol: "network",
        r: 4,
      }),
    ],
  });
}
