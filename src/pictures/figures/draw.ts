/**
 * Figures as SVG text: the one file that knows Observable Plot and the small DOM that it draws into. Everything else in
 * this folder says what is drawn. A figure is a pure function of its data: the same data give the same bytes.
 */
import { type PlotOptions, plot } from "@observablehq/plot";
import { parseHTML } from "linkedom/worker";
import { ink } from "./palette.ts";

export type Figure = {
  /** An `<svg>` element that needs nothing from outside. */
  readonly svg: string;
  /** Where a value lies along an axis, in the figure's pixels: for tests and for notes beside a figure. */
  position(axis: "x" | "y", value: number | string): number;
};

const fontFamily = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif";

/** `title` is what a screen reader says instead of the picture; "currentColor": text in the colour of what is round it. */
export function drawFigure(title: string, options: PlotOptions, textColour: string = ink): Figure {
  const { document } = parseHTML("<html><body></body></html>");
  const drawn = plot({
    document,
    ariaLabel: title,
    ...options,
    style: { fontFamily, fontSize: "11px", color: textColour, background: "none", overflow: "visible" },
  });
  return {
    svg: String(drawn.outerHTML),
    position: (axis, value) => {
      const place = drawn.scale(axis)?.apply(value);
      if (typeof place !== "number" || !Number.isFinite(place))
        throw new Error(`the figure "${title}" has no place for ${value} along ${axis}`);
      return place;
    },
  };
}
