/** Mean of a metric in each stratum of the tumours, a bar a network, with one standard deviation to either side. */
import { axisX, barY, ruleX, ruleY } from "@observablehq/plot";
import { drawFigure, type Figure } from "./draw.ts";
import { networkScales, rule } from "./palette.ts";

export type StratumBar = {
  readonly stratum: string;
  readonly network: string;
  readonly mean: number;
  /** 0 for a single case. */
  readonly standardDeviation: number;
};

/** For a metric between 0 and 1; the deviation's lines end there. */
export function strataBars(titles: readonly string[], bars: readonly StratumBar[], label: string): Figure {
  const whiskers = bars.map((bar) => ({
    ...bar,
    low: Math.max(0, bar.mean - bar.standardDeviation),
    high: Math.min(1, bar.mean + bar.standardDeviation),
  }));
  return drawFigure(`${label} by stratum`, {
    width: 640,
    height: 260,
    marginLeft: 44,
    marginBottom: 34,
    fx: {
      label: null,
      domain: [...new Set(bars.map(({ stratum }) => stratum))],
      padding: 0.2,
      axis: "bottom",
    },
    x: { label: null, domain: [...titles], axis: null, padding: 0.1 },
    y: { domain: [0, 1], label, labelAnchor: "center", labelArrow: "none", ticks: 6 },
    ...networkScales(titles),
    marks: [
      axisX({ ticks: [] }),
      barY(bars, { fx: "stratum", x: "network", y: "mean", fill: "network", fillOpacity: 0.75 }),
      ruleX(whiskers, { fx: "stratum", x: "network", y1: "low", y2: "high", stroke: "#222" }),
      ruleY([0], { stroke: rule }),
    ],
  });
}
