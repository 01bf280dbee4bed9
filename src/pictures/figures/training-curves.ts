/** How a training goes, for its folder: loss and validation DSC against epoch, one above the other. */
import { dot, line } from "@observablehq/plot";
import { drawFigure } from "./draw.ts";
import { epochAxis, type LossCurve, lossCurves } from "./loss-curves.ts";
import { colourOf } from "./palette.ts";

/** Of the mean over the validation patients. */
type DscPoint = { readonly epoch: number; readonly dsc: number };

const panelHeight = 260;

/** As SVG text. `best`: the epoch of the model, with a dot. Without validation the loss alone. */
export function trainingCurves(curve: LossCurve, dsc: readonly DscPoint[], best: number | undefined): string {
  const panels = [lossCurves([curve.network], [curve]).svg];
  if (dsc.length > 0) panels.push(dscCurve(dsc, best).svg);
  const placed = panels.map((svg, at) => svg.replace("<svg ", `<svg y="${at * panelHeight}" `));
  const size = `width="640" height="${panels.length * panelHeight}"`;
  const note =
    curve.validation.length === 0
      ? ""
      : '<text x="620" y="14" text-anchor="end" font-family="sans-serif" font-size="11">dashed: loss of the validation patients</text>';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${placed.join("")}${note}</svg>\n`;
}

function dscCurve(points: readonly DscPoint[], best: number | undefined) {
  return drawFigure("mean DSC of the validation patients against epoch", {
    width: 640,
    height: panelHeight,
    marginLeft: 56,
    x: epochAxis(points),
    y: { domain: [0, 1], label: "validation DSC", labelAnchor: "center", labelArrow: "none", grid: true },
    marks: [
      line(points, { x: "epoch", y: "dsc", stroke: colourOf(0), strokeWidth: 1.6 }),
      dot(
        points.filter(({ epoch }) => epoch === best),
        { x: "epoch", y: "dsc", fill: colourOf(0), r: 4 },
      ),
    ],
  });
}
