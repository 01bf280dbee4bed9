/**
 * Agreement of volumes (Bland and Altman, Lancet 1986;1:307): difference against mean of each pair, with the mean difference and the
 * limits of agreement at 1.96 standard deviations, a panel a network.
 */
import { dot, frame, ruleY, text } from "@observablehq/plot";
import { signed } from "#statistics/printed-numbers.ts";
import { drawFigure, type Figure } from "./draw.ts";
import { networkScales, rule } from "./palette.ts";

export type AgreementPanel = {
  readonly network: string;
  readonly points: readonly { readonly mean: number; readonly difference: number }[];
  readonly bias: number;
  readonly lower: number;
  readonly upper: number;
};

export function blandAltmanFigure(
  titles: readonly string[],
  panels: readonly AgreementPanel[],
  unit: string,
): Figure {
  const points = panels.flatMap(({ network, points: networkPoints }) =>
    networkPoints.map((point) => ({ ...point, network })),
  );
  const lines = panels.flatMap(({ network, bias, lower, upper }) => [
    { network, at: bias, label: `mean ${signed(bias, 1)}` },
    { network, at: upper, label: `+1.96 SD ${signed(upper, 1)}` },
    { network, at: lower, label: `−1.96 SD ${signed(lower, 1)}` },
  ]);
  const right = Math.max(...points.map(({ mean }) => mean));
  return drawFigure(`Bland-Altman of volumes, ${unit}`, {
    width: 640,
    height: 270,
    marginLeft: 52,
    marginRight: 14,
    fx: { label: null, domain: [...titles], padding: 0.06 },
    x: {
      label: `mean of both volumes (${unit})`,
      labelAnchor: "center",
      labelArrow: "none",
      nice: true,
      ticks: 5,
    },
    y: {
      label: `automatic − reference (${unit})`,
      labelAnchor: "center",
      labelArrow: "none",
      nice: true,
      ticks: 6,
    },
    ...networkScales(titles),
    marks: [
      frame({ stroke: "#e2e2e2" }),
      ruleY([0], { stroke: rule }),
      ruleY(lines, { fx: "network", y: "at", stroke: "#666", strokeDasharray: "4 3" }),
      text(lines, {
        fx: "network",
        x: () => right,
        y: "at",
        text: "label",
        textAnchor: "end",
        dy: -7,
        fontSize: 10,
        fill: "#555",
      }),
      dot(points, {
        fx: "network",
        x: "mean",
        y: "difference",
        stroke: "network",
        fill: "network",
        fillOpacity: 0.3,
        symbol: "network",
        r: 3.6,
      }),
    ],
  });
}
