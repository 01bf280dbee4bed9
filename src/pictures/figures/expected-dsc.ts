/** Expected against true DSC of the contours that a model was calibrated on, each patient predicted without itself. */
import { dot, line, ruleX, text } from "@observablehq/plot";
import { calibrationKinds, type Quality } from "#contract/quality.ts";
import { drawFigure, type Figure } from "./draw.ts";
import { colourOf, rule, symbolOf } from "./palette.ts";

const titles = {
  patient: "patient",
  degraded: "degraded copy",
  "tumour-free": "slices without tumour",
} as const satisfies Record<(typeof calibrationKinds)[number], string>;

/** On the line the expectation is true; left of the dashed rule a contour is called doubtful. */
export function expectedDscFigure({ calibration, doubtBelow }: Quality): Figure {
  const shown = calibrationKinds.filter((kind) => calibration.pairs.some((pair) => pair.kind === kind));
  const domain = shown.map((kind) => titles[kind]);
  const legend = domain.map((kind, at) => ({ kind, x: 0.03, y: 0.97 - 0.05 * at }));
  return drawFigure("expected against true DSC", {
    width: 420,
    height: 400,
    marginLeft: 44,
    x: { domain: [0, 1], label: "expected DSC", labelAnchor: "center", labelArrow: "none" },
    y: { domain: [0, 1], label: "true DSC", labelAnchor: "center", labelArrow: "none" },
    color: { domain, range: domain.map((_, at) => colourOf(at)) },
    symbol: { domain, range: domain.map((_, at) => symbolOf(at)) },
    marks: [
      line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: rule },
      ),
      ruleX([doubtBelow], { stroke: "#666", strokeDasharray: "4 3" }),
      dot(
        calibration.pairs.map(({ kind, ...pair }) => ({ ...pair, kind: titles[kind] })),
        { x: "expected", y: "dsc", stroke: "kind", fill: "kind", fillOpacity: 0.3, symbol: "kind", r: 4 },
      ),
      // The legend, where no good contour is expected to be poor.
      dot(legend, { x: "x", y: "y", stroke: "kind", fill: "kind", fillOpacity: 0.3, symbol: "kind", r: 4 }),
      text(legend, { x: "x", y: "y", text: "kind", textAnchor: "start", dx: 9 }),
    ],
  });
}
