/** Loss against epoch, one line per network and fold; the validation loss dashed. Logarithmic: losses span decades. */
import { type Data, line, type Markish, ruleY, type ScaleOptions } from "@observablehq/plot";
import { drawFigure, type Figure } from "./draw.ts";
import { networkScales, rule } from "./palette.ts";

export type LossPoint = { readonly epoch: number; readonly loss: number };

export type LossCurve = {
  readonly network: string;
  readonly fold: number;
  readonly training: readonly LossPoint[];
  /** Empty where nothing was held out for it. */
  readonly validation: readonly LossPoint[];
};

/** Losses must be above 0. `titles`: the networks in the order of their colours. */
export function lossCurves(titles: readonly string[], curves: readonly LossCurve[]): Figure {
  const lines = (of: "training" | "validation", dash: string): Markish => {
    const data: Data = curves.flatMap((curve) =>
      curve[of].map((point) => ({
        ...point,
        network: curve.network,
        curve: `${curve.network}/${curve.fold}`,
      })),
    );
    return line(data, {
      x: "epoch",
      y: "loss",
      z: "curve",
      stroke: "network",
      strokeWidth: 1.6,
      strokeDasharray: dash,
    });
  };
  const all = curves.flatMap(({ training, validation }) => [...training, ...validation]);
  const [lowest, greatest] = [Math.min, Math.max].map((of) => of(...all.map(({ loss }) => loss)));
  const middle = Math.sqrt(lowest * greatest);
  // Losses of the first epochs may lie between two of the axis's labels, or be one.
  const domain = greatest / lowest < 2 ? { domain: [middle / 1.6, middle * 1.6] } : {};
  return drawFigure("Loss against epoch", {
    width: 640,
    height: 260,
    marginLeft: 56,
    x: epochAxis(all),
    y: {
      ...domain,
      type: "log",
      label: "loss",
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: "~g",
      ticks: 5,
    },
    ...networkScales(titles),
    marks: [
      ruleY([lowest], { stroke: rule, strokeOpacity: 0 }),
      lines("training", "none"),
      lines("validation", "5 3"),
    ],
  });
}

/** Labelled at whole epochs, about ten of them. */
export function epochAxis(points: readonly { readonly epoch: number }[]): ScaleOptions {
  const last = Math.max(...points.map(({ epoch }) => epoch));
  const step = Math.max(1, Math.ceil(last / 10));
  const ticks = Array.from({ length: Math.floor(last / step) }, (_, at) => (at + 1) * step);
  return { label: "epoch", labelAnchor: "center", labelArrow: "none", ticks, tickFormat: "d" };
}
