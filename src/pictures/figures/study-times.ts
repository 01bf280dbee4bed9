/**
 * Minutes of contouring by hand and assisted, a dot a review and a line between the two of a patient, as the workspace shows
 * it: its text takes the colour of what is round it, so that it reads on a dark page.
 */
import { dot, line, type PlotOptions, ruleY } from "@observablehq/plot";
import { drawFigure, type Figure } from "./draw.ts";
import { colourOf } from "./palette.ts";

type StudyTime = {
  readonly caseId: string;
  readonly start: "manual" | "assisted";
  readonly minutes: number;
};

const titles = { manual: "by hand", assisted: "assisted" } as const;

export function studyFigure(times: readonly StudyTime[]): Figure {
  const points = times.map((time) => ({ ...time, way: titles[time.start] }));
  const options: PlotOptions = {
    width: 420,
    height: 280,
    marginLeft: 48,
    x: { type: "point", domain: [titles.manual, titles.assisted], label: null, padding: 0.6 },
    y: { label: "active minutes", labelArrow: "none", zero: true, nice: true, ticks: 6, grid: true },
    marks: [
      ruleY([0], { stroke: "currentColor", strokeOpacity: 0.4 }),
      line(points, { x: "way", y: "minutes", z: "caseId", stroke: "currentColor", strokeOpacity: 0.35 }),
      dot(points, {
        x: "way",
        y: "minutes",
        r: 4,
        fill: (point: StudyTime) => colourOf(point.start === "manual" ? 1 : 0),
        stroke: "currentColor",
        strokeOpacity: 0.5,
      }),
    ],
  };
  return drawFigure("Minutes of contouring by hand and assisted", options, "currentColor");
}
